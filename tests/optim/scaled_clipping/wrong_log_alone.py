"""The norm is right, but it's still the scaled gradient that's clipped: the step is as short as before."""

import torch


def train_step(model, optimizer, scaler, inputs, targets, max_norm):
    if len(inputs) == 0:
        raise ValueError("there are no samples for a step")
    optimizer.zero_grad()
    error = torch.nn.functional.mse_loss(model(inputs), targets)
    scaler.scale(error).backward()
    scale = scaler.get_scale()
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    scaler.step(optimizer)
    scaler.update()
    return norm.item() / scale
