"""The step goes past the scaler, so the gradients still have the scale in them, and `update` finds that
nobody has looked for infinite ones.
"""

import torch


def fine_tune(model, batches, lr, scaler):
    model.half()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    errors = []
    for inputs, targets in batches:
        outputs = model(inputs.half())
        error = torch.nn.functional.mse_loss(outputs.float(), targets)
        optimizer.zero_grad()
        scaler.scale(error).backward()
        optimizer.step()
        scaler.update()
        errors.append(error.item())
    model.float()
    return errors
