"""The module is frozen, but it's also put into evaluation mode: dropout and batch norm inside it no longer
do what they did, although only the parameters were supposed to stand still.
"""

import torch


def freeze(module):
    return module.requires_grad_(False).eval()


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
