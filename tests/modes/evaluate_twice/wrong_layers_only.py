"""You switched the layers inside the model, but not the model itself. If it drops units in its own
`forward`, or is a single layer, it keeps doing so.
"""

import torch


def evaluate(model, inputs, targets, batch_size):
    if len(inputs) == 0:
        raise ValueError("there are no samples to evaluate")
    for layer in model.children():
        layer.eval()
    with torch.inference_mode():
        predictions = torch.cat([model(batch) for batch in inputs.split(batch_size)])
        error = (predictions - targets).square().mean()
    return predictions, error.item()
