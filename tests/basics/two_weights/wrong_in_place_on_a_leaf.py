"""Autograd would record this step, and a leaf may not change in a recorded step: the first update raises."""

import torch


def fit(theta, features, target, steps, lr):
    if theta.shape != features.shape:
        raise ValueError(f"theta has shape {tuple(theta.shape)}, features {tuple(features.shape)}")
    losses = []
    for _ in range(steps):
        loss = (torch.dot(theta, features) - target) ** 2
        loss.backward()
        losses.append(loss.item())
        theta -= lr * theta.grad
        theta.grad = None
    return losses
