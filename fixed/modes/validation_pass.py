"""Validate a model on held-out batches, as often as you like."""

import torch


@torch.no_grad()
def validate(model, batches):
    """Return the mean squared error of `model`, the way it will be used, over all outputs of all samples.

    Validation changes no parameter and no buffer of the model, so it trains the same whether it's
    validated or not. Up to rounding, the error doesn't depend on how the samples are divided into
    batches. This runs between epochs, and each epoch sets the mode it needs, so `validate` may leave the
    model in another one.

    model:   module that maps (n, features) to (n, outputs), fresh from an epoch of training
    batches: list of (inputs, targets), (n, features) and (n, outputs), n at least 1; dtype and device of
             the model
    Returns a float. Nothing is recorded for a backward pass. Raises ValueError if there are no batches.
    """
    if len(batches) == 0:
        raise ValueError("there are no batches to validate on")
    model.eval()  # no_grad() stops gradients, but running statistics change in the forward pass
    total, count = 0.0, 0
    for inputs, targets in batches:
        total += (model(inputs) - targets).square().sum().item()
        count += targets.numel()
    return total / count
