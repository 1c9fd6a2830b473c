"""The same order, with the gradients cleared at the end of each step."""

import torch


def fit(model, inputs, targets, steps, lr, gamma, max_norm):
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.SGD(trained, lr=lr)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=gamma)
    log = []
    for _ in range(steps):
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        error.backward()
        norm = torch.nn.utils.clip_grad_norm_(trained, max_norm)
        log.append((error.item(), norm.item()))
        optimizer.step()
        scheduler.step()
        optimizer.zero_grad()
    return log
