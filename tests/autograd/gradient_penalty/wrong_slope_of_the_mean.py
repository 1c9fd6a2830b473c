"""These are the slopes of the mean prediction, so each one is divided by the number of samples: the
penalty fades as the batch grows.
"""

import torch


def fit(model, inputs, targets, coefficient, steps, lr):
    if len(inputs) == 0:
        raise ValueError("there are no samples to fit")
    inputs = inputs.detach().clone().requires_grad_()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    log = []
    for _ in range(steps):
        predictions = model(inputs)
        (slopes,) = torch.autograd.grad(predictions.mean(), inputs, create_graph=True)
        error = torch.nn.functional.mse_loss(predictions, targets)
        penalty = slopes.square().sum(dim=1).mean()
        optimizer.zero_grad()
        (error + coefficient * penalty).backward()
        optimizer.step()
        log.append((error.item(), penalty.item()))
    return log
