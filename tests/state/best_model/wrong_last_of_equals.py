"""When epochs tie, the model comes back as it was after the last of them, not the first."""

import torch


def fit_best(model, optimizer, training, validation, epochs):
    if epochs < 1:
        raise ValueError(f"epochs must be at least 1, got {epochs}")
    errors = []
    for _ in range(epochs):
        model.train()
        optimizer.zero_grad()
        _error(model, training).backward()
        optimizer.step()
        model.eval()
        with torch.no_grad():
            errors.append(_error(model, validation).item())
        if errors[-1] == min(errors):
            best = {key: value.clone() for key, value in model.state_dict().items()}
    model.load_state_dict(best)
    model.train()
    return errors


def _error(model, pair):
    inputs, targets = pair
    return torch.nn.functional.mse_loss(model(inputs), targets)
