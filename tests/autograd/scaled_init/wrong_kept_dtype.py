"""The head learns, but in the dtype and on the device of the prototype. Every batch has to be cast to it,
and the promise about `like` is broken.
"""

import torch


def make_head(prototype, scale, like):
    if not like.is_floating_point():
        raise TypeError(f"expected floating-point features, got {like.dtype}")
    weights = (prototype * scale).requires_grad_()
    bias = torch.zeros((), requires_grad=True)
    return weights, bias


def train_head(weights, bias, features, targets, steps, lr):
    features, targets = features.to(weights), targets.to(weights)
    losses = []
    for _ in range(steps):
        loss = ((features @ weights + bias - targets) ** 2).mean()
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            for parameter in (weights, bias):
                if parameter.grad is not None:
                    parameter -= lr * parameter.grad
                    parameter.grad = None
    return losses
