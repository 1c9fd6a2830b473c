"""The optimizer no longer uses up the filter, but the first clipping does. From the second step on, nothing
is clipped, and the norm is 0."""

import torch


def fit(model, inputs, targets, steps, lr, max_norm):
    if len(inputs) == 0:
        raise ValueError("there are no samples to fit")
    trained = filter(lambda parameter: parameter.requires_grad, model.parameters())
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    log = []
    for _ in range(steps):
        optimizer.zero_grad()
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        error.backward()
        norm = torch.nn.utils.clip_grad_norm_(trained, max_norm)
        optimizer.step()
        log.append((error.item(), norm.item()))
    return log
