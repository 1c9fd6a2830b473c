"""The new tensor is a separate leaf: the gradient stays there and never reaches the weight.
`requires_grad_()` doesn't connect it to the tensor it was made from.
"""

import torch


def fit(weight, readings, counts, capacity, steps, lr):
    if len(readings) == 0:
        raise ValueError("there are no samples to fit")
    errors = []
    for _ in range(steps):
        population = torch.sigmoid(readings @ weight)
        population = (capacity * population).detach().requires_grad_()
        squares = (population - counts).square()
        squares /= len(counts)
        error = squares.sum()
        error.backward()
        errors.append(error.item())
        with torch.no_grad():
            weight -= lr * weight.grad
            weight.grad = None
    return errors
