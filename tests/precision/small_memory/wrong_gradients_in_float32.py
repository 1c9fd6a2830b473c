"""A float16 weight takes no float32 gradient. And if it did, the step would still be rounded to float16:
it's the weights that have to be float32.
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
        for p in model.parameters():
            p.grad = p.grad.float()
        scaler.step(optimizer)
        scaler.update()
        errors.append(error.item())
    model.float()
    return errors
