"""The body stands still, and so does the head: both are in the group whose learning rate is now 0."""

import torch


def fine_tune(model, optimizer, inputs, targets, steps, freeze_after):
    if len(inputs) == 0:
        raise ValueError("there are no samples to learn from")
    errors = []
    for step in range(steps):
        if step == freeze_after:
            model.body.requires_grad_(False)
            model.body.eval()
            for group in optimizer.param_groups:
                group["lr"] = 0.0
        optimizer.zero_grad(set_to_none=False)
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        error.backward()
        optimizer.step()
        errors.append(error.item())
    return errors
