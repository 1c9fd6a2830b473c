"""Unscaled and clipped in the loop, but only behind the last piece."""

import torch


def train_step(model, optimizer, scaler, pieces, max_norm):
    samples = sum(len(targets) for _, targets in pieces)
    optimizer.zero_grad()
    total = 0.0
    for k, (inputs, targets) in enumerate(pieces, start=1):
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        share = len(targets) / samples
        scaler.scale(error * share).backward()
        if k == len(pieces):
            scaler.unscale_(optimizer)
            norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        total += error.item() * share
    scaler.step(optimizer)
    scaler.update()
    return total, norm.item()
