"""Every sample gets a step of its own, so the later ones see weights that have already moved. That's
stochastic gradient descent, not one step on the mean.
"""

import torch


def training_step(weights, inputs, targets, lr):
    if len(inputs) == 0:
        raise ValueError("expected at least one sample, got an empty batch")
    if targets.requires_grad:
        raise ValueError("expected constant targets, got targets with requires_grad")
    losses = []
    for sample, target in zip(inputs, targets):
        loss = (sample @ weights - target) ** 2
        loss.backward()
        with torch.no_grad():
            weights -= lr / len(inputs) * weights.grad
        weights.grad = None
        losses.append(loss.detach())
    return torch.stack(losses)
