"""The order is right and the weights learn. But when there's nothing to cast, `.to` returns the prototype
itself, so scaling and training in place change the caller's tensor.
"""

import torch


def make_head(prototype, scale, like):
    if not like.is_floating_point():
        raise TypeError(f"expected floating-point features, got {like.dtype}")
    weights = prototype.to(like)
    weights *= scale
    weights.requires_grad_()
    bias = like.new_zeros((), requires_grad=True)
    return weights, bias


def train_head(weights, bias, features, targets, steps, lr):
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
