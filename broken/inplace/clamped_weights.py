"""Train a two-layer network for hardware that can only hold weights within a limited range."""

import torch


def train_step(encoder, head, inputs, targets, limit, lr):
    """Take one step on the clamped network's mean squared error; return that error.

    The network runs with its weights clamped to [-limit, limit], and the gradient is the one with
    respect to the clamped weights. The free weights then move by -lr times that gradient and aren't
    clamped themselves. (BinaryConnect, arXiv:1511.00363, trains binary weights like this, but clips
    the free ones.)

    encoder: (features, hidden) and head: (hidden,), leaves that require grad, with nothing in `.grad`;
             updated in place, ready for the next call
    inputs:  (samples, features); targets: (samples,); dtype and device of the weights
    Raises ValueError if there are no samples; the weights don't change then.
    """
    if len(inputs) == 0:
        raise ValueError("there are no samples to train on")
    weights = (encoder, head)
    free = [weight.detach().clone() for weight in weights]
    for weight in weights:
        weight.data.clamp_(-limit, limit)
    loss = torch.mean((inputs @ encoder @ head - targets) ** 2)
    for weight, value in zip(weights, free):
        weight.data.copy_(value)
    loss.backward()
    with torch.no_grad():
        for weight in weights:
            weight -= lr * weight.grad
            weight.grad = None
    return loss.item()
