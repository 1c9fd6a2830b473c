"""Autograd doesn't see this write, so it doesn't object. It takes the scaled values for the sigmoid's:
the slope comes out wrong, and above a capacity of 1 it can even have the wrong sign.
"""

import torch


def fit(weight, readings, counts, capacity, steps, lr):
    if len(readings) == 0:
        raise ValueError("there are no samples to fit")
    errors = []
    for _ in range(steps):
        population = torch.sigmoid(readings @ weight)
        population.data *= capacity
        squares = (population - counts).square()
        squares /= len(counts)
        error = squares.sum()
        error.backward()
        errors.append(error.item())
        with torch.no_grad():
            weight -= lr * weight.grad
            weight.grad = None
    return errors
