"""Without `unscale_` nothing complains. But then it's the scaled gradient that's measured and shortened,
and every batch looks wild.
"""

import torch


def train(model, optimizer, scaler, batches, max_norm, limit):
    norms = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        scaler.scale(error).backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        norms.append(norm.item())
        if not norm <= limit:  # true for nan as well
            continue
        scaler.step(optimizer)
        scaler.update()
    return norms
