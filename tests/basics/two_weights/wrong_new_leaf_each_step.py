"""Another tensor is trained: the losses fall as they should, but the caller's weights never move."""

import torch


def fit(theta, features, target, steps, lr):
    if theta.shape != features.shape:
        raise ValueError(f"theta has shape {tuple(theta.shape)}, features {tuple(features.shape)}")
    losses = []
    for _ in range(steps):
        loss = (torch.dot(theta, features) - target) ** 2
        loss.backward()
        losses.append(loss.item())
        theta = (theta - lr * theta.grad).detach().requires_grad_()
    return losses
