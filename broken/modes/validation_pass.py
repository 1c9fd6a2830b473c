"""Validate a model on held-out batches, as often as one likes."""

import torch


@torch.no_grad()
def validate(model, batches):
    """Return the mean squared error of `model`, as it will be used, over all outputs of all samples.

    Validating changes no parameter and no buffer of the model, so that it trains the same whether it is
    validated or not. The error does not depend on how the samples are divided into batches. Called between
    two epochs: each epoch sets the mode that it needs, so the model may be left in another one.

    model:   module that maps (n, features) to (n, outputs), fresh from an epoch of training
    batches: list of (inputs, targets), (n, features) and (n, outputs), of any n from 1; dtype and device of
             the model
    Returns a float. Nothing is recorded for a backward pass. Raises ValueError when there are no batches.
    """
    if len(batches) == 0:
        raise ValueError("there are no batches to validate on")
    total, count = 0.0, 0
    for inputs, targets in batches:
        total += (model(inputs) - targets).square().sum().item()
        count += targets.numel()
    return total / count
