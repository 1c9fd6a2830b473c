"""The capacity went inside the sigmoid, where it makes the curve steeper instead of higher. Nothing ever
grows beyond 1.
"""

import torch


def fit(weight, readings, counts, capacity, steps, lr):
    if len(readings) == 0:
        raise ValueError("there are no samples to fit")
    errors = []
    for _ in range(steps):
        population = readings @ weight
        population *= capacity
        population = torch.sigmoid(population)
        squares = (population - counts).square()
        squares /= len(counts)
        error = squares.sum()
        error.backward()
        errors.append(error.item())
        with torch.no_grad():
            weight -= lr * weight.grad
            weight.grad = None
    return errors
