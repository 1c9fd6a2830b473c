"""The frozen values are restored after every step."""

import torch


def fine_tune(model, optimizer, inputs, targets, steps, freeze_after):
    if len(inputs) == 0:
        raise ValueError("there are no samples to learn from")
    errors = []
    for step in range(steps):
        if step == freeze_after:
            model.body.requires_grad_(False)
            model.body.eval()
            frozen = [parameter.clone() for parameter in model.body.parameters()]
        optimizer.zero_grad(set_to_none=False)
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        error.backward()
        optimizer.step()
        if step >= freeze_after:
            with torch.no_grad():
                for parameter, value in zip(model.body.parameters(), frozen):
                    parameter.copy_(value)
        errors.append(error.item())
    return errors
