"""The steps are clipped, but parameters that weren't supposed to train now do."""

import torch


def fit(model, inputs, targets, steps, lr, max_norm):
    if len(inputs) == 0:
        raise ValueError("there are no samples to fit")
    trained = list(model.parameters())
    for parameter in trained:
        parameter.requires_grad_()
    optimizer = torch.optim.SGD(trained, lr=lr)
    log = []
    for _ in range(steps):
        optimizer.zero_grad()
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        error.backward()
        norm = torch.nn.utils.clip_grad_norm_(trained, max_norm)
        optimizer.step()
        log.append((error.item(), norm.item()))
    return log
