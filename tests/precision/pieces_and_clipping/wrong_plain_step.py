"""Unscaling and clipping are where they belong. But it's `scaler.step` that leaves a step out if a
gradient isn't finite. The optimizer alone takes it.
"""

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
    scaler.unscale_(optimizer)
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    optimizer.step()
    scaler.update()
    return total, norm.item()
