"""The new weights are computed separately and copied into the leaf."""

import torch


def fit(theta, features, target, steps, lr):
    if theta.shape != features.shape:
        raise ValueError(f"theta has shape {tuple(theta.shape)}, features {tuple(features.shape)}")
    losses = []
    for _ in range(steps):
        loss = ((theta * features).sum() - target) ** 2
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            theta.copy_(theta - lr * theta.grad)
        theta.grad.zero_()
    return losses
