"""The gradients aren't what's too coarse, and a bfloat16 weight takes no float32 gradient. It's the
weight that rounds the step away.
"""

import torch


def fine_tune(model, batches, lr, warmup):
    dtype = next(model.parameters()).dtype
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    errors = []
    for k, (inputs, targets) in enumerate(batches):
        predictions = model(inputs.to(dtype))  # (n, outputs)
        error = torch.nn.functional.l1_loss(predictions.float(), targets)
        optimizer.zero_grad()
        error.backward()
        for p in model.parameters():
            if p.grad is not None:
                p.grad = p.grad.float()
        optimizer.param_groups[0]["lr"] = lr * min(1.0, (k + 1) / warmup)
        optimizer.step()
        errors.append(error.item())
    return errors
