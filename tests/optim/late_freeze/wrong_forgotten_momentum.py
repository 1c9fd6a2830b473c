"""The body's momentum is gone, but not the decay: it makes the body a bit smaller in every step."""

import torch


def fine_tune(model, optimizer, inputs, targets, steps, freeze_after):
    if len(inputs) == 0:
        raise ValueError("there are no samples to learn from")
    errors = []
    for step in range(steps):
        if step == freeze_after:
            model.body.eval()
            for parameter in model.body.parameters():
                parameter.requires_grad_(False)
                optimizer.state.pop(parameter, None)
        optimizer.zero_grad(set_to_none=False)
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        error.backward()
        optimizer.step()
        errors.append(error.item())
    return errors
