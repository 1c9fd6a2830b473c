"""Parameters and buffers are cloned and written back, without a state dict."""

import torch


def fit_best(model, optimizer, training, validation, epochs):
    if epochs < 1:
        raise ValueError(f"epochs must be at least 1, got {epochs}")
    errors, tensors = [], [*model.parameters(), *model.buffers()]
    for _ in range(epochs):
        model.train()
        optimizer.zero_grad()
        _error(model, training).backward()
        optimizer.step()
        model.eval()
        with torch.no_grad():
            errors.append(_error(model, validation).item())
        if errors[-1] < min(errors[:-1], default=float("inf")):
            best = [value.detach().clone() for value in tensors]
    with torch.no_grad():
        for value, kept in zip(tensors, best):
            value.copy_(kept)
    model.train()
    return errors


def _error(model, pair):
    inputs, targets = pair
    return torch.nn.functional.mse_loss(model(inputs), targets)
