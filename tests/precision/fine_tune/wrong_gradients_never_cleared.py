"""Without `zero_grad` the gradients of all batches add up, until a step gets past the rounding. By then
it has little to do with its batch.
"""

import torch


def fine_tune(model, batches, lr, warmup):
    dtype = next(model.parameters()).dtype
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    errors = []
    for k, (inputs, targets) in enumerate(batches):
        predictions = model(inputs.to(dtype))  # (n, outputs)
        error = torch.nn.functional.l1_loss(predictions.float(), targets)
        error.backward()
        optimizer.param_groups[0]["lr"] = lr * min(1.0, (k + 1) / warmup)
        optimizer.step()
        errors.append(error.item())
    return errors
