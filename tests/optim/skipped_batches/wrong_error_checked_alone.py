"""You look at the error, before the backward pass. But a gradient can be nan while the error is finite, and
then the weights are nan after the step.
"""

import torch


def train(model, optimizer, batches, max_norm):
    errors = []
    optimizer.zero_grad()
    for inputs, targets in batches:
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        if not torch.isfinite(error):
            errors.append(None)
            continue
        error.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        optimizer.step()
        optimizer.zero_grad()
        errors.append(error.item())
    return errors
