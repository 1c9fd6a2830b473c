"""One step of linear regression that also tells how hard each sample was."""

import torch


def training_step(weights, inputs, targets, lr):
    """Take one step on the mean over samples of (inputs @ weights - targets)**2.

    weights: (features,), a leaf with requires_grad; moved in place by -lr * gradient; its
             .grad is None, before and after
    inputs:  (samples, features); targets: (samples,); dtype and device of the weights;
             constants
    Returns the squared error of every sample before the step: (samples,), without a graph.
    Raises ValueError, before anything changes, for an empty batch and for targets with
    requires_grad.
    """
    if len(inputs) == 0:
        raise ValueError("expected at least one sample, got an empty batch")
    if targets.requires_grad:
        raise ValueError("expected constant targets, got targets with requires_grad")
    losses = torch.nn.functional.mse_loss(inputs @ weights, targets, reduction="none")
    losses.backward()
    with torch.no_grad():
        weights -= lr * weights.grad
    weights.grad = None
    return losses.detach()
