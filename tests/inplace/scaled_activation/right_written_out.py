"""Written out, the last operation is a division, which doesn't need its own result, so that can be
overwritten.
"""

import torch


def fit(weight, readings, counts, capacity, steps, lr):
    if len(readings) == 0:
        raise ValueError("there are no samples to fit")
    errors = []
    for _ in range(steps):
        population = 1 / (1 + torch.exp(-(readings @ weight)))
        population *= capacity
        squares = (population - counts).square()
        squares /= len(counts)
        error = squares.sum()
        error.backward()
        errors.append(error.item())
        with torch.no_grad():
            weight -= lr * weight.grad
            weight.grad = None
    return errors
