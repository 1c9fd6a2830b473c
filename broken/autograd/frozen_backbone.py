"""Adapt a pretrained backbone to a new task: train an adapter before it and a head after it."""

import torch


def freeze(module):
    """Freeze all parameters of `module`: its own and those of the layers inside it.

    A frozen parameter gets no gradient and keeps its value, but gradients still pass
    through the module to whatever comes before it. Its mode stays as it is, so batch norm
    in training mode still updates its running averages. Returns the module itself.
    """
    for part in module.modules():
        part.requires_grad = False
    return module


def train(adapter, backbone, head, inputs, targets, steps, lr):
    """Minimize the mean of (head(backbone(adapter(input))) - target)**2, backbone frozen.

    adapter, backbone, head: modules in a chain, without gradients so far; adapter and head
             change in place
    inputs:  what the adapter takes, samples first; targets: what the head should give
    Returns a list with the loss before each of the `steps` updates of gradient descent.
    Raises ValueError, before anything changes, if there are no samples.
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
