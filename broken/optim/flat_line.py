"""Fit a regression model with SGD, and keep a log."""

import torch


def fit(model, inputs, targets, steps, lr, decay=0.0):
    """Train `model` on its mean squared error, one update per step; return a log with a pair for each step.

    model:   module that maps `inputs` to predictions of the shape of `targets`; all its parameters train
             and come without gradients. Each update moves each of them by
             -lr * (gradient of the error + decay * parameter)
    inputs:  (samples, features); targets: (samples, outputs); dtype and device of the model
    Returns a list of (error, gradient norm), two floats for the model as it was before that update; the norm
    is that of the gradient of the error, over all parameters. Raises ValueError if there are no samples.
    """
    if len(inputs) == 0:
        raise ValueError("there are no samples to fit")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, weight_decay=decay)
    log = []
    for _ in range(steps):
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        log.append((error.item(), _gradient_norm(error, model, optimizer)))
        optimizer.step()
    return log


def _gradient_norm(error, model, optimizer):
    """Backpropagate `error` and return the norm of its gradient."""
    error.backward()
    norm = torch.nn.utils.get_total_norm([parameter.grad for parameter in model.parameters()])
    optimizer.zero_grad()
    return norm.item()
