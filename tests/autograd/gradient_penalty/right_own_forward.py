"""The penalty has a forward pass of its own, on a copy of the inputs that requires a gradient."""

import torch


def fit(model, inputs, targets, coefficient, steps, lr):
    if len(inputs) == 0:
        raise ValueError("there are no samples to fit")
    inputs = inputs.detach()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    log = []
    for _ in range(steps):
        predictions = model(inputs)
        copies = inputs.clone().requires_grad_()
        (slopes,) = torch.autograd.grad(model(copies).sum(), copies, create_graph=True)
        error = torch.nn.functional.mse_loss(predictions, targets)
        penalty = slopes.square().sum(dim=1).mean()
        optimizer.zero_grad()
        (error + coefficient * penalty).backward()
        optimizer.step()
        log.append((error.item(), penalty.item()))
    return log
