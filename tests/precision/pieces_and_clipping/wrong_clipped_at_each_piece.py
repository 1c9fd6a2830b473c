"""The gradient is unscaled once, at the last piece. But it's clipped at each one, and before the last it
still has the scale in it.
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
        if inputs is pieces[-1][0]:
            scaler.unscale_(optimizer)
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        total += error.item() * share
    scaler.step(optimizer)
    scaler.update()
    return total, norm.item()
