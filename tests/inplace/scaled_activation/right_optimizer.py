"""One expression computes the curve, and an optimizer takes the step."""

import torch


def fit(weight, readings, counts, capacity, steps, lr):
    if len(readings) == 0:
        raise ValueError("there are no samples to fit")
    optimizer = torch.optim.SGD([weight], lr=lr)
    errors = []
    for _ in range(steps):
        optimizer.zero_grad()
        error = torch.nn.functional.mse_loss(capacity * torch.sigmoid(readings @ weight), counts)
        error.backward()
        optimizer.step()
        errors.append(error.item())
    optimizer.zero_grad()
    return errors
