"""The backbone stays put, but so does the adapter: nothing under `no_grad` is recorded, so there's no way
back to what comes before the backbone.
"""

import torch


def freeze(module):
    for part in module.modules():
        part.requires_grad = False
    return module


def train(adapter, backbone, head, inputs, targets, steps, lr):
    if len(inputs) == 0:
        raise ValueError("there are no samples to train on")
    freeze(backbone)
    optimizer = torch.optim.SGD([*adapter.parameters(), *head.parameters()], lr=lr)
    losses = []
    for _ in range(steps):
        with torch.no_grad():
            codes = backbone(adapter(inputs))
        loss = torch.nn.functional.mse_loss(head(codes), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
