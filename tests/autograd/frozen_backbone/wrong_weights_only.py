"""The weights are frozen, the biases aren't. They keep learning, and the backbone computes something else
afterwards.
"""

import torch


def freeze(module):
    for part in module.modules():
        if hasattr(part, "weight"):
            part.weight.requires_grad = False
    return module


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
