"""An empty leaf of the right kind is filled under `no_grad`, and an optimizer trains it."""

import torch


def make_head(prototype, scale, like):
    if not like.is_floating_point():
        raise TypeError(f"expected floating-point features, got {like.dtype}")
    weights = torch.empty(prototype.shape, dtype=like.dtype, device=like.device, requires_grad=True)
    with torch.no_grad():
        weights.copy_(prototype * scale)
    return weights, like.new_zeros((), requires_grad=True)


def train_head(weights, bias, features, targets, steps, lr):
    optimizer = torch.optim.SGD([weights, bias], lr=lr)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(features @ weights + bias, targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
