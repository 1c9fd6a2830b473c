"""The weights move, but you replaced the scheduler's step by the optimizer's. The rate stays at `lr`."""

import torch


def fit(model, inputs, targets, steps, lr, gamma, max_norm):
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.SGD(trained, lr=lr)
    log = []
    for _ in range(steps):
        optimizer.zero_grad()
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        error.backward()
        norm = torch.nn.utils.clip_grad_norm_(trained, max_norm)
        log.append((error.item(), norm.item()))
        optimizer.step()
    return log
