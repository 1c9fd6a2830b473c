"""A wild batch is followed by `update` now, and one with an infinite gradient isn't. That's the one after
which the scale has to come down.
"""

import torch


def train(model, optimizer, scaler, batches, max_norm, limit):
    norms = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        scaler.scale(error).backward()
        scaler.unscale_(optimizer)
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        norms.append(norm.item())
        if norm <= limit:
            scaler.step(optimizer)
        if norm.isfinite():
            scaler.update()
    return norms
