"""`vjp` pulls ones back through the model and records it; it returns the predictions too."""

import torch


def fit(model, inputs, targets, coefficient, steps, lr):
    if len(inputs) == 0:
        raise ValueError("there are no samples to fit")
    inputs = inputs.detach().clone().requires_grad_()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    log = []
    for _ in range(steps):
        ones = torch.ones(len(inputs), 1, dtype=targets.dtype, device=targets.device)
        predictions, slopes = torch.autograd.functional.vjp(model, inputs, ones, create_graph=True)
        error = torch.nn.functional.mse_loss(predictions, targets)
        penalty = slopes.square().sum(dim=1).mean()
        optimizer.zero_grad()
        (error + coefficient * penalty).backward()
        optimizer.step()
        log.append((error.item(), penalty.item()))
    return log
