"""The counts were scaled down instead, so the error is one of fractions, not of counts: it and its gradient
are divided by the capacity squared."""

import torch


def fit(weight, readings, counts, capacity, steps, lr):
    if len(readings) == 0:
        raise ValueError("there are no samples to fit")
    errors = []
    for _ in range(steps):
        population = torch.sigmoid(readings @ weight)
        error = (population - counts / capacity).square().mean()
        error.backward()
        errors.append(error.item())
        with torch.no_grad():
            weight -= lr * weight.grad
            weight.grad = None
    return errors
