"""The gradient is right now, but after the call the weights are the old ones. The step was overwritten,
or went into other tensors, so nothing is ever learned.
"""

import torch


def train_step(encoder, head, inputs, targets, limit, lr):
    if len(inputs) == 0:
        raise ValueError("there are no samples to train on")
    weights = (encoder, head)
    free = [weight.detach().clone() for weight in weights]
    for weight in weights:
        weight.data.clamp_(-limit, limit)
    loss = torch.mean((inputs @ encoder @ head - targets) ** 2)
    loss.backward()
    with torch.no_grad():
        for weight in weights:
            weight -= lr * weight.grad
            weight.grad = None
    for weight, value in zip(weights, free):
        weight.data.copy_(value)
    return loss.item()
