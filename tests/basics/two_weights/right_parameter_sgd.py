"""The weights become an `nn.Parameter`, which shares its memory with `theta`, and SGD takes the steps."""

import torch


def fit(theta, features, target, steps, lr):
    if theta.shape != features.shape:
        raise ValueError(f"theta has shape {tuple(theta.shape)}, features {tuple(features.shape)}")
    weights = torch.nn.Parameter(theta)
    optimizer = torch.optim.SGD([weights], lr=lr)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = torch.square(weights @ features - target)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
