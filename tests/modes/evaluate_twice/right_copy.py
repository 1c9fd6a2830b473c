"""A copy is switched to evaluation mode; the model itself isn't touched."""

import copy

import torch


def evaluate(model, inputs, targets, batch_size):
    if len(inputs) == 0:
        raise ValueError("there are no samples to evaluate")
    judged = copy.deepcopy(model).eval()
    with torch.inference_mode():
        predictions = torch.cat([judged(batch) for batch in inputs.split(batch_size)])
        error = (predictions - targets).square().mean()
    return predictions, error.item()
