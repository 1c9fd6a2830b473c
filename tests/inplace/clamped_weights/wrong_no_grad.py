"""Autograd counts this write (it didn't count the one through `.data`), so `backward()` refuses to use a
tensor that has changed. It's right: the write still comes too early.
"""

import torch


def train_step(encoder, head, inputs, targets, limit, lr):
    if len(inputs) == 0:
        raise ValueError("there are no samples to train on")
    weights = (encoder, head)
    free = [weight.detach().clone() for weight in weights]
    with torch.no_grad():
        for weight in weights:
            weight.clamp_(-limit, limit)
    loss = torch.mean((inputs @ encoder @ head - targets) ** 2)
    with torch.no_grad():
        for weight, value in zip(weights, free):
            weight.copy_(value)
    loss.backward()
    with torch.no_grad():
        for weight in weights:
            weight -= lr * weight.grad
            weight.grad = None
    return loss.item()
