"""The limit is raised by a number that's only the scale of one moment. With another scale it's too tight or
too loose, and the norm is still the scaled one."""

import torch


def train_step(model, optimizer, scaler, inputs, targets, max_norm):
    if len(inputs) == 0:
        raise ValueError("there are no samples for a step")
    optimizer.zero_grad()
    error = torch.nn.functional.mse_loss(model(inputs), targets)
    scaler.scale(error).backward()
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm * 65536)
    scaler.step(optimizer)
    scaler.update()
    return norm.item()
