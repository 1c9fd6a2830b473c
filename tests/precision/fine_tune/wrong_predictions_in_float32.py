"""The weights end where they should. But all predictions were made in float32, so the errors aren't those
of the model that you release, and nothing is left of the memory that bfloat16 saves."""

import torch


def fine_tune(model, batches, lr, warmup):
    dtype = next(model.parameters()).dtype
    model.float()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    errors = []
    for k, (inputs, targets) in enumerate(batches):
        error = torch.nn.functional.l1_loss(model(inputs), targets)
        optimizer.zero_grad()
        error.backward()
        optimizer.param_groups[0]["lr"] = lr * min(1.0, (k + 1) / warmup)
        optimizer.step()
        errors.append(error.item())
    model.to(dtype)
    return errors
