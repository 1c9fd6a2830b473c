"""The new tensor is made under `no_grad`, so the path from the error back to the weight ends there and
nothing can be differentiated.
"""

import torch


def fit(weight, readings, counts, capacity, steps, lr):
    if len(readings) == 0:
        raise ValueError("there are no samples to fit")
    errors = []
    for _ in range(steps):
        population = torch.sigmoid(readings @ weight)
        with torch.no_grad():
            population = capacity * population
        squares = (population - counts).square()
        squares /= len(counts)
        error = squares.sum()
        error.backward()
        errors.append(error.item())
        with torch.no_grad():
            weight -= lr * weight.grad
            weight.grad = None
    return errors
