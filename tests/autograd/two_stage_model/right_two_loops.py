"""Each stage has its own loop and optimizer; the first stage encodes the samples only once."""

import torch


def _descend(predict, parameters, targets, steps, lr):
    optimizer = torch.optim.SGD(parameters, lr=lr)
    losses = []
    for _ in range(steps):
        loss = ((predict() - targets) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def adapt(encoder, head, inputs, targets, head_steps, full_steps, lr):
    if len(inputs) == 0:
        raise ValueError("there are no samples to adapt to")
    with torch.no_grad():
        codes = encoder(inputs)
    parameters = list(head.parameters())
    losses = _descend(lambda: head(codes), parameters, targets, head_steps, lr)
    parameters += encoder.parameters()
    return losses + _descend(lambda: head(encoder(inputs)), parameters, targets, full_steps, lr)
