"""Only the outermost module was switched. `model.training` is its own flag, and the layers inside each
have theirs, so they keep dropping units.
"""

import torch


def evaluate(model, inputs, targets, batch_size):
    if len(inputs) == 0:
        raise ValueError("there are no samples to evaluate")
    model.training = False
    with torch.inference_mode():
        predictions = torch.cat([model(batch) for batch in inputs.split(batch_size)])
        error = (predictions - targets).square().mean()
    return predictions, error.item()
