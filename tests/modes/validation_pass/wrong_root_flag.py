"""Only the outermost module was switched. Each layer inside it has its own flag, and the batch norms
among them are still in training mode.
"""

import torch


def validate(model, batches):
    if len(batches) == 0:
        raise ValueError("there are no batches to validate on")
    model.training = False
    total, count = 0.0, 0
    with torch.no_grad():
        for inputs, targets in batches:
            total += (model(inputs) - targets).square().sum().item()
            count += targets.numel()
    return total / count
