"""The first stage switches off requires_grad where it was on, and the second switches it back on."""

import torch


def adapt(encoder, head, inputs, targets, head_steps, full_steps, lr):
    if len(inputs) == 0:
        raise ValueError("there are no samples to adapt to")
    optimizer = torch.optim.SGD([*encoder.parameters(), *head.parameters()], lr=lr)
    trainable = [parameter for parameter in encoder.parameters() if parameter.requires_grad]
    losses = []
    for step in range(head_steps + full_steps):
        for parameter in trainable:
            parameter.requires_grad_(step >= head_steps)
        loss = torch.nn.functional.mse_loss(head(encoder(inputs)), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    for parameter in trainable:
        parameter.requires_grad_(True)
    return losses
