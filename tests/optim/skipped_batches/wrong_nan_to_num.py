"""A step with a gradient of zeros is still a step: momentum and decay move the weights, and Adam's averages
move as well.
"""

import torch


def train(model, optimizer, batches, max_norm):
    errors = []
    optimizer.zero_grad()
    for inputs, targets in batches:
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        error.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        if not torch.isfinite(norm):
            for parameter in model.parameters():
                torch.nan_to_num_(parameter.grad, 0.0, 0.0, 0.0)
            optimizer.step()
            optimizer.zero_grad()
            errors.append(None)
            continue
        optimizer.step()
        optimizer.zero_grad()
        errors.append(error.item())
    return errors
