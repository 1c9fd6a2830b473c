"""Fit a logistic growth curve, by gradient descent."""

import torch


def fit(weight, readings, counts, capacity, steps, lr):
    """Train `weight` on the mean squared error of the curve; return the error before each step.

    The curve is capacity / (1 + exp(-readings @ weight)): a population that grows until its habitat is
    full. Every step moves the weight by -lr times the gradient of the error, measured in counts.

    weight:   (features,) leaf that requires grad, with nothing in `.grad`; updated in place, ready for
              the next call
    readings: (samples, features); counts: (samples,); dtype and device of `weight`; they don't change
    capacity: float, the count at which growth ends
    Returns a list of `steps` floats. Raises ValueError if there are no samples.
    """
    if len(readings) == 0:
        raise ValueError("there are no samples to fit")
    errors = []
    for _ in range(steps):
        population = torch.sigmoid(readings @ weight)
        population = capacity * population  # a new tensor: backward() still needs the sigmoid's values
        squares = (population - counts).square()
        squares /= len(counts)
        error = squares.sum()
        error.backward()
        errors.append(error.item())
        with torch.no_grad():
            weight -= lr * weight.grad
            weight.grad = None
    return errors
