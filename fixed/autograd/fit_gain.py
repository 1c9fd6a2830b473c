"""Calibrate a sensor: find the gain that turns its readings into reference values."""

import torch


def fit_gain(readings, references, steps, lr, start=1.0):
    """Minimize the mean of (gain * readings - references)**2 by gradient descent.

    readings, references: (samples,) without requires_grad, in one floating-point dtype and
                          on one device; left unchanged
    steps: 0 or more updates of the gain, which begins at `start`
    Returns the gain after the last update, a float, and a list with the loss before each
    update. Both are computed in the dtype of the samples.
    Raises ValueError if there are no samples.
    """
    if len(readings) == 0:
        raise ValueError("there are no samples to fit a gain to")
    # Autograd records only what comes from a tensor with requires_grad.
    gain = torch.tensor(start, dtype=readings.dtype, device=readings.device, requires_grad=True)
    optimizer = torch.optim.SGD([gain], lr=lr)
    losses = []
    for _ in range(steps):
        loss = ((gain * readings - references) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return gain.item(), losses
