"""Autograd does not see this write, so it does not object, and takes the scaled values for those of the
sigmoid: the slope comes out wrong, and above a capacity of 1 it can even point the other way."""

import torch


def fit(weight, readings, counts, capacity, steps, lr):
    if len(readings) == 0:
        raise ValueError("there are no samples to fit")
    errors = []
    for _ in range(steps):
        population = torch.sigmoid(readings @ weight)
        population.data *= capacity
        error = (population - counts).square().mean()
        error.backward()
        errors.append(error.item())
        with torch.no_grad():
            weight -= lr * weight.grad
            weight.grad = None
    return errors
