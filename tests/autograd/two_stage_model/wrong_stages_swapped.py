"""The condition is the wrong way round: both learn in the first stage, and the head alone in the second."""

import torch


def adapt(encoder, head, inputs, targets, head_steps, full_steps, lr):
    if len(inputs) == 0:
        raise ValueError("there are no samples to adapt to")
    optimizer = torch.optim.SGD([*encoder.parameters(), *head.parameters()], lr=lr)
    losses = []
    for step in range(head_steps + full_steps):
        with torch.set_grad_enabled(step < head_steps):
            codes = encoder(inputs)
        loss = torch.nn.functional.mse_loss(head(codes), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
