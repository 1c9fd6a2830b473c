"""The codes of the second stage are computed once, so all of its steps go back through the same record.
The first step uses it up, and the next one finds nothing left.
"""

import torch


def adapt(encoder, head, inputs, targets, head_steps, full_steps, lr):
    if len(inputs) == 0:
        raise ValueError("there are no samples to adapt to")
    optimizer = torch.optim.SGD([*encoder.parameters(), *head.parameters()], lr=lr)
    losses = []
    for step in range(head_steps + full_steps):
        if step <= head_steps:
            with torch.set_grad_enabled(step >= head_steps):
                codes = encoder(inputs)
        loss = torch.nn.functional.mse_loss(head(codes), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
