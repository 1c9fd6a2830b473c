"""The encoder learns now, but from the first step on: there's no stage left in which the head moves alone."""

import torch


def adapt(encoder, head, inputs, targets, head_steps, full_steps, lr):
    if len(inputs) == 0:
        raise ValueError("there are no samples to adapt to")
    optimizer = torch.optim.SGD([*encoder.parameters(), *head.parameters()], lr=lr)
    losses = []
    for step in range(head_steps + full_steps):
        codes = encoder(inputs)
        loss = torch.nn.functional.mse_loss(head(codes), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
