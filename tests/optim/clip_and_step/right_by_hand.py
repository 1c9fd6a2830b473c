"""The norm is computed and applied by hand, over a list."""

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
        norm = sum(parameter.grad.square().sum() for parameter in trained).sqrt()
        if norm > max_norm:
            for parameter in trained:
                parameter.grad *= max_norm / norm
        optimizer.step()
        log.append((error.item(), norm.item()))
    return log
