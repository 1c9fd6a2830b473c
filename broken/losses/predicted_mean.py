"""Calibrate a sensor: gradient descent on a squared error, with a log."""

import torch


def fit(model, inputs, targets, steps, lr):
    """Minimize the mean over samples of (prediction - target)**2, over all parameters of `model`.

    model:   maps (samples, features) to (samples, 1), one prediction each; changes in place
    inputs:  (samples, features); targets: (samples,); dtype and device of the model; neither changes
    Returns the log, one pair of floats for each of the `steps` updates of plain gradient descent, from the
    model before the update: (the mean being minimized, the largest |prediction - target| of any sample).
    Raises ValueError, before anything changes, unless there are samples with one target each.
    """
    if len(inputs) == 0 or targets.shape != inputs.shape[:1]:
        shapes = f"inputs {tuple(inputs.shape)}, targets {tuple(targets.shape)}"
        raise ValueError(f"expected samples with one target each, got {shapes}")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    log = []
    for _ in range(steps):
        predictions = model(inputs)
        loss = torch.nn.functional.mse_loss(predictions, targets)
        worst = (predictions - targets).abs().max()
        log.append((loss.item(), worst.item()))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return log
