"""Some layers were switched, but not every module that depends on the mode. Layers of a class you didn't
look for keep dropping units.
"""

import torch


def evaluate(model, inputs, targets, batch_size):
    if len(inputs) == 0:
        raise ValueError("there are no samples to evaluate")
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.eval()
    with torch.inference_mode():
        predictions = torch.cat([model(batch) for batch in inputs.split(batch_size)])
        error = (predictions - targets).square().mean()
    return predictions, error.item()
