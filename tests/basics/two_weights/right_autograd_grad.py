"""`autograd.grad` returns the gradient, so there's none to clear; `sub_` moves the leaf itself."""

import torch


def fit(theta, features, target, steps, lr):
    if theta.shape != features.shape:
        raise ValueError(f"theta has shape {tuple(theta.shape)}, features {tuple(features.shape)}")
    losses = []
    for _ in range(steps):
        loss = (torch.dot(theta, features) - target) ** 2
        (gradient,) = torch.autograd.grad(loss, theta)
        with torch.no_grad():
            theta.sub_(gradient, alpha=lr)
        losses.append(loss.item())
    return losses
