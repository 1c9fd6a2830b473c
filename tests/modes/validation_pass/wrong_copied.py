"""The model keeps its statistics now, because a copy takes the damage. But the copy is still in training
mode: each sample is judged by its neighbors, and a batch of one can't be judged at all.
"""

import copy

import torch


def validate(model, batches):
    if len(batches) == 0:
        raise ValueError("there are no batches to validate on")
    model = copy.deepcopy(model)
    total, count = 0.0, 0
    with torch.no_grad():
        for inputs, targets in batches:
            total += (model(inputs) - targets).square().sum().item()
            count += targets.numel()
    return total / count
