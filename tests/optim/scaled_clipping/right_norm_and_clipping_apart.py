"""First divided, then measured, then clipped."""

import torch


def train_step(model, optimizer, scaler, inputs, targets, max_norm):
    if len(inputs) == 0:
        raise ValueError("there are no samples for a step")
    optimizer.zero_grad()
    error = torch.nn.functional.mse_loss(model(inputs), targets)
    scaler.scale(error).backward()
    scaler.unscale_(optimizer)
    parameters = list(model.parameters())
    norm = torch.nn.utils.get_total_norm([parameter.grad for parameter in parameters])
    torch.nn.utils.clip_grads_with_norm_(parameters, max_norm, norm)
    scaler.step(optimizer)
    scaler.update()
    return norm.item()
