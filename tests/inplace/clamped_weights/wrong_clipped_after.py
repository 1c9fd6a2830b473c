"""The first gradient is right, but the free weights are clipped after the step, as in BinaryConnect. Here
they must stay free: whatever they hold beyond the limit is lost.
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
        for weight, value in zip(weights, free):
            weight.copy_(value)
            weight -= lr * weight.grad
            weight.clamp_(-limit, limit)
            weight.grad = None
    return loss.item()
