"""An `update` for each piece allows the next `unscale_`, and then there's none after the step. Pieces are
divided again and again, and `step` meets a scaler that has just been reset.
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
        scaler.unscale_(optimizer)
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        scaler.update()
        total += error.item() * share
    scaler.step(optimizer)
    return total, norm.item()
