"""Fit a logistic growth curve, by gradient descent."""

import torch


def fit(weight, readings, counts, capacity, steps, lr):
    """Move `weight` down the mean squared error of the curve; return the error before each step.

    The curve is capacity / (1 + exp(-readings @ weight)): a population that grows until the place is full.
    Every step moves the weight by -lr times the gradient of the error in counts.

    weight:   (features,) leaf that requires grad, with nothing in `.grad`; updated in place, ready for the
              next call
    readings: (samples, features); counts: (samples,); dtype and device of `weight`; they are not changed
    capacity: float, the count at which growth ends
    Returns a list of `steps` floats. Raises ValueError when there are no samples.
    """
    if len(readings) == 0:
        raise ValueError("there are no samples to fit")
    errors = []
    for _ in range(steps):
        population = torch.sigmoid(readings @ weight)
        population = capacity * population  # a new tensor: the slope of the sigmoid is made from its values
        error = (population - counts).square().mean()
        error.backward()
        errors.append(error.item())
        with torch.no_grad():
            weight -= lr * weight.grad
            weight.grad = None
    return errors
