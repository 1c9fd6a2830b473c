"""The clamp is added as a constant: clamped values in the forward pass, slope 1 in the backward pass."""

import torch


def train_step(encoder, head, inputs, targets, limit, lr):
    if len(inputs) == 0:
        raise ValueError("there are no samples to train on")
    small_encoder, small_head = (
        weight + (weight.clamp(-limit, limit) - weight).detach() for weight in (encoder, head)
    )
    loss = torch.mean((inputs @ small_encoder @ small_head - targets) ** 2)
    loss.backward()
    with torch.no_grad():
        for weight in (encoder, head):
            weight -= lr * weight.grad
            weight.grad = None
    return loss.item()
