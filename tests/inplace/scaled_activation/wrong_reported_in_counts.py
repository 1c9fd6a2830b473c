"""The reported errors are in counts again, but the step isn't. It follows the error in fractions, whose
gradient is divided by the capacity squared.
"""

import torch


def fit(weight, readings, counts, capacity, steps, lr):
    if len(readings) == 0:
        raise ValueError("there are no samples to fit")
    errors = []
    for _ in range(steps):
        population = torch.sigmoid(readings @ weight)
        error = (population - counts / capacity).square().mean()
        error.backward()
        errors.append(capacity**2 * error.item())
        with torch.no_grad():
            weight -= lr * weight.grad
            weight.grad = None
    return errors
