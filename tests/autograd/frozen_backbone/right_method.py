"""The module's own method reaches all of its parameters."""

import torch


def freeze(module):
    return module.requires_grad_(False)


def train(adapter, backbone, head, inputs, targets, steps, lr):
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
