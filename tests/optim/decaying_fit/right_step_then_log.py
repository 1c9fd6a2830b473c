"""The step comes before the log entry, which only holds numbers from before it."""

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
        optimizer.step()
        log.append((error.item(), norm.item()))
        scheduler.step()
    return log
