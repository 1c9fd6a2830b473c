"""You moved the clamp into the update. Now the network runs with its free weights, so the loss and the
gradient belong to a network that the hardware can't hold.
"""

import torch


def train_step(encoder, head, inputs, targets, limit, lr):
    if len(inputs) == 0:
        raise ValueError("there are no samples to train on")
    loss = torch.mean((inputs @ encoder @ head - targets) ** 2)
    loss.backward()
    with torch.no_grad():
        for weight in (encoder, head):
            weight -= lr * weight.grad
            weight.clamp_(-limit, limit)
            weight.grad = None
    return loss.item()
