"""Train a model and return it to its best epoch."""

import torch


def fit_best(model, optimizer, training, validation, epochs):
    """Train for `epochs` epochs, then restore `model` to what it was after the best of them.

    model:      module that maps inputs to predictions of the shape of the targets
    optimizer:  over parameters of `model`; it can go on training them after the call
    training:   pair (inputs, targets); an epoch is one step on its mean squared error
    validation: pair (inputs, targets); after each epoch its mean squared error, a finite number, is
                taken in eval mode
    The best epoch has the smallest validation error; if several tie, it is the first of them. Every
    parameter and buffer in its state dict is restored; the model is left in training mode.
    Returns the validation errors, a list of `epochs` floats. Raises ValueError if `epochs` is below 1.
    """
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
        if errors[-1] < min(errors[:-1], default=float("inf")):
            best = model.state_dict()
    model.load_state_dict(best)
    model.train()
    return errors


def _error(model, pair):
    inputs, targets = pair
    return torch.nn.functional.mse_loss(model(inputs), targets)
