"""The steps are right, but the norm in the log is measured after the gradient has been clipped."""

import torch


def fit(model, inputs, targets, steps, lr, max_norm):
    if len(inputs) == 0:
        raise ValueError("there are no samples to fit")
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.SGD(trained, lr=lr)
    log = []
    for _ in range(steps):
        optimizer.zero_grad()
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        error.backward()
        torch.nn.utils.clip_grad_norm_(trained, max_norm)
        norm = torch.nn.utils.get_total_norm([parameter.grad for parameter in trained])
        optimizer.step()
        log.append((error.item(), norm.item()))
    return log
