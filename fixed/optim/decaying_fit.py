"""Fit a regression model, with a learning rate that falls from step to step."""

import torch


def fit(model, inputs, targets, steps, lr, gamma, max_norm):
    """Train `model` on its mean squared error by gradient descent; return the log.

    model:    maps `inputs` (samples, features) to the shape of `targets`, which is
              (samples, outputs); comes without gradients
    Step k, counted from 0, has the rate lr * gamma**k. If the norm of its gradient over
    all parameters is above `max_norm`, the gradient is scaled down to that norm.
    Returns a list with a pair of floats for each step, both from before it: the error,
    and the norm before any scaling. Frozen parameters stay as they are.
    """
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.SGD(trained, lr=lr)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=gamma)
    log = []
    for _ in range(steps):
        optimizer.zero_grad()
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        error.backward()
        norm = torch.nn.utils.clip_grad_norm_(trained, max_norm)
        log.append((error.item(), norm.item()))
        optimizer.step()  # moves the weights; the scheduler only moves the rate
        scheduler.step()
    return log
