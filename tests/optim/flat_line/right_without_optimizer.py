"""The update is written out by hand, and nothing is stored in `.grad`."""

import torch


def fit(model, inputs, targets, steps, lr, decay=0.0):
    if len(inputs) == 0:
        raise ValueError("there are no samples to fit")
    parameters = list(model.parameters())
    log = []
    for _ in range(steps):
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        grads = torch.autograd.grad(error, parameters)
        log.append((error.item(), torch.nn.utils.get_total_norm(grads).item()))
        with torch.no_grad():
            for parameter, grad in zip(parameters, grads):
                parameter -= lr * (grad + decay * parameter)
    return log
