"""The weights move now, but the rate has moved before them: step 0 already has the rate of step 1. The
warning is still there, and this time it's right.
"""

import torch


def fit(model, inputs, targets, steps, lr, gamma, max_norm):
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
        scheduler.step()
        optimizer.step()
    return log
