"""The gradient is applied, but the update has no decay. If you write the update by hand, you have to add
it: an optimizer that finds no gradient doesn't."""

import torch


def fit(model, inputs, targets, steps, lr, decay=0.0):
    if len(inputs) == 0:
        raise ValueError("there are no samples to fit")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, weight_decay=decay)
    log = []
    for _ in range(steps):
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        log.append((error.item(), _gradient_norm(error, model, optimizer, lr)))
        optimizer.step()
    return log


def _gradient_norm(error, model, optimizer, lr):
    error.backward()
    norm = torch.nn.utils.get_total_norm([parameter.grad for parameter in model.parameters()])
    with torch.no_grad():
        for parameter in model.parameters():
            parameter -= lr * parameter.grad
    optimizer.zero_grad()
    return norm.item()
