"""The clamped weights are separate leaves, so the free weights never change and don't have to be
restored.
"""

import torch


def train_step(encoder, head, inputs, targets, limit, lr):
    if len(inputs) == 0:
        raise ValueError("there are no samples to train on")
    weights = (encoder, head)
    clamped = [weight.detach().clamp(-limit, limit).requires_grad_() for weight in weights]
    loss = torch.mean((inputs @ clamped[0] @ clamped[1] - targets) ** 2)
    loss.backward()
    with torch.no_grad():
        for weight, stand_in in zip(weights, clamped):
            weight -= lr * stand_in.grad
    return loss.item()
