"""Adapt a pretrained backbone without touching it: an adapter before it and a head behind it learn."""

import torch


def freeze(module):
    """Freeze all parameters of `module`, its own and those of the layers inside it, at any depth.

    A frozen parameter gets no gradient, and its values stay. Gradients pass through the module all the same,
    to whatever comes before it. What it computes, and its mode, stay as they are. Returns the module.
    """
    # The flag counts on tensors; on a module it is a name like any other.
    for parameter in module.parameters():
        parameter.requires_grad = False
    return module


def train(adapter, backbone, head, inputs, targets, steps, lr):
    """Minimise the mean of (head(backbone(adapter(input))) - target)**2 with the backbone frozen.

    adapter, backbone, head: modules in a chain, which come without gradients; adapter and head change
    inputs:  what the adapter takes, samples first; targets: what the head gives
    Returns a list with the loss before each of the `steps` updates of plain gradient descent.
    Raises ValueError, before anything changes, when there are no samples.
    """
    if len(inputs) == 0:
        raise ValueError("there are no samples to train on")
    model = torch.nn.Sequential(adapter, freeze(backbone), head)
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=lr)
    losses = []
    for _ in range(steps):
        loss = torch.nn.functional.mse_loss(model(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
