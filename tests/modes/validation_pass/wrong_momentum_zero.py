"""The running statistics don't move any more, but they aren't used either. In training mode a batch norm
uses the batch's statistics, so each sample is judged by its neighbors. And without its momentum it never
learns again.
"""

import torch


def validate(model, batches):
    if len(batches) == 0:
        raise ValueError("there are no batches to validate on")
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm1d):
            module.momentum = 0.0
    total, count = 0.0, 0
    with torch.no_grad():
        for inputs, targets in batches:
            total += (model(inputs) - targets).square().sum().item()
            count += targets.numel()
    return total / count
