"""Every gradient is set to None by hand, before each pass."""

import torch


def fine_tune(model, optimizer, inputs, targets, steps, freeze_after):
    if len(inputs) == 0:
        raise ValueError("there are no samples to learn from")
    errors = []
    for step in range(steps):
        if step == freeze_after:
            model.body.requires_grad_(False)
            model.body.eval()
        for parameter in model.parameters():
            parameter.grad = None
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        error.backward()
        optimizer.step()
        errors.append(error.item())
    return errors
