"""All in one loop, in the usual order: clear, forward, backward, step."""

import torch


def fit(model, inputs, targets, steps, lr, decay=0.0):
    if len(inputs) == 0:
        raise ValueError("there are no samples to fit")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, weight_decay=decay)
    log = []
    for _ in range(steps):
        optimizer.zero_grad()
        error = ((model(inputs) - targets) ** 2).mean()
        error.backward()
        norm = sum(float((parameter.grad**2).sum()) for parameter in model.parameters()) ** 0.5
        optimizer.step()
        log.append((error.item(), norm))
    return log
