"""Adapt a pretrained encoder to a new task: first the new head alone, then both."""

import torch


def adapt(encoder, head, inputs, targets, head_steps, full_steps, lr):
    """Minimize the mean of (head(encoder(input)) - target)**2 in two stages.

    encoder: maps (samples, features) to (samples, codes)
    head:    maps (samples, codes) to predictions of the shape of `targets`
    inputs:  (samples, features); targets: (samples, outputs); dtype and device of both
    The first `head_steps` updates of gradient descent move the head alone, the next
    `full_steps` head and encoder. Only parameters with requires_grad ever move; they have
    no gradients yet. The requires_grad of every parameter is the same afterwards.
    Returns a list with the loss before each update, head_steps + full_steps numbers.
    Raises ValueError, before anything changes, if there are no samples.
    """
    if len(inputs) == 0:
        raise ValueError("there are no samples to adapt to")
    optimizer = torch.optim.SGD([*encoder.parameters(), *head.parameters()], lr=lr)
    losses = []
    for step in range(head_steps + full_steps):
        # The second stage records the encoder: what isn't recorded gets no gradient.
        with torch.set_grad_enabled(step >= head_steps):
            codes = encoder(inputs)
        loss = torch.nn.functional.mse_loss(head(codes), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
