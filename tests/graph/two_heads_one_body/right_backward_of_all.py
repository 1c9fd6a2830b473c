"""`torch.autograd.backward` takes all errors at once."""

import torch


def train_step(body, heads, optimizer, inputs, targets):
    if len(heads) == 0 or len(inputs) == 0 or set(heads) != set(targets):
        raise ValueError("heads and targets must have the same names, and there must be samples")
    features = body(inputs)
    errors = {
        name: torch.nn.functional.mse_loss(head(features), targets[name]) for name, head in heads.items()
    }
    optimizer.zero_grad()
    torch.autograd.backward(list(errors.values()))
    optimizer.step()
    return {name: error.item() for name, error in errors.items()}
