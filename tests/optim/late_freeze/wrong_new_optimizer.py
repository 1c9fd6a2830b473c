"""The body stands still, but the new optimizer starts with an empty memory: the head has lost its
momentum."""

import torch


def fine_tune(model, optimizer, inputs, targets, steps, freeze_after):
    if len(inputs) == 0:
        raise ValueError("there are no samples to learn from")
    errors = []
    for step in range(steps):
        if step == freeze_after:
            model.body.requires_grad_(False)
            model.body.eval()
            optimizer = type(optimizer)(model.head.parameters(), **optimizer.defaults)
        optimizer.zero_grad(set_to_none=False)
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        error.backward()
        optimizer.step()
        errors.append(error.item())
    return errors
