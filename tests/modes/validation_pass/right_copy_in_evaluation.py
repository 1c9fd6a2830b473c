"""A copy in evaluation mode is validated and thrown away."""

import copy

import torch


def validate(model, batches):
    if len(batches) == 0:
        raise ValueError("there are no batches to validate on")
    model = copy.deepcopy(model).eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for inputs, targets in batches:
            total += (model(inputs) - targets).square().sum().item()
            count += targets.numel()
    return total / count
