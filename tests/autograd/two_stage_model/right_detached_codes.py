"""The encoder is always recorded, and in the first stage the codes are detached from it."""

import torch


def adapt(encoder, head, inputs, targets, head_steps, full_steps, lr):
    if len(inputs) == 0:
        raise ValueError("there are no samples to adapt to")
    optimizer = torch.optim.SGD([*encoder.parameters(), *head.parameters()], lr=lr)
    losses = []
    for step in range(head_steps + full_steps):
        codes = encoder(inputs)
        if step < head_steps:
            codes = codes.detach()
        loss = torch.nn.functional.mse_loss(head(codes), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
