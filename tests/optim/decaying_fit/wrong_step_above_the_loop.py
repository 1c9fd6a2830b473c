"""The scheduler is content now, and so is the warning. But above the loop there are no gradients, so this
step does nothing, and it's the only one.
"""

import torch


def fit(model, inputs, targets, steps, lr, gamma, max_norm):
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.SGD(trained, lr=lr)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=gamma)
    log = []
    optimizer.step()
    for _ in range(steps):
        optimizer.zero_grad()
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        error.backward()
        norm = torch.nn.utils.clip_grad_norm_(trained, max_norm)
        log.append((error.item(), norm.item()))
        scheduler.step()
    return log
