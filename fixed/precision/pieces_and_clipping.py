"""One step in mixed precision on a batch that comes in pieces, with clipped gradients."""

import torch


def train_step(model, optimizer, scaler, pieces, max_norm):
    """Take one step on the mean squared error of the whole batch; return that error and the gradient's norm.

    model:     maps (n, features) to (n, 1), each sample by itself
    optimizer: over the parameters of `model`; gradients from before the call are not used
    scaler:    a `torch.amp.GradScaler`, enabled or not; every backward pass starts from an error times
               its scale, and it updates its scale once, after the step
    pieces:    list of (inputs, targets), (n, features) and (n, 1), n of 1 or more, which may differ;
               at least one. They go through the model one at a time
    max_norm:  if the gradient of the whole batch is longer, it's shortened to this norm

    Error, norm (before clipping) and step don't depend on the scale or on how the batch is cut. If a gradient
    isn't finite, the norm isn't either, and an enabled scaler moves no parameter and lowers its scale.
    Returns two floats.
    """
    samples = sum(len(targets) for _, targets in pieces)
    optimizer.zero_grad()
    total = 0.0
    for inputs, targets in pieces:
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        share = len(targets) / samples
        scaler.scale(error * share).backward()
        total += error.item() * share
    # Only the whole gradient can be unscaled and clipped: the pieces must add up in one unit.
    scaler.unscale_(optimizer)
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    scaler.step(optimizer)
    scaler.update()
    return total, norm.item()
