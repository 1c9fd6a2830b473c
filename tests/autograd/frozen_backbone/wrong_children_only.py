"""The layers inside the module are frozen. A parameter that the module owns itself, like a scale or a
class token, isn't.
"""

import torch


def freeze(module):
    for layer in module.children():
        layer.requires_grad_(False)
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
