"""Calibrate a linear sensor by gradient descent, with the update written out by hand."""

import torch


def calibrate(weight, readings, truth, steps, lr):
    """Train `weight` on the mean squared error of `readings @ weight`; return the loss before each step.

    weight:   (channels,) leaf that requires grad, with nothing in `.grad`. Each step moves the caller's
              tensor by -lr times the gradient. It stays a leaf that requires grad, ready for the
              next call
    readings: (samples, channels); truth: (samples,); dtype and device of `weight`
    Returns a list of `steps` floats. Raises ValueError if there are no samples.
    """
    if len(readings) == 0:
        raise ValueError("there are no samples to calibrate on")
    losses = []
    for _ in range(steps):
        loss = torch.mean((readings @ weight - truth) ** 2)
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():  # no loss depends on how the update is done, so don't record it
            weight -= lr * weight.grad
        weight.grad = None
    return losses
