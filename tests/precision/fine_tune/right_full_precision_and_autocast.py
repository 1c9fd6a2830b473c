"""For the time of training, the weights are float32 and autocast does the half-precision computing."""

import torch


def fine_tune(model, batches, lr, warmup):
    dtype = next(model.parameters()).dtype
    model.float()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    errors = []
    for k, (inputs, targets) in enumerate(batches):
        with torch.autocast(inputs.device.type, torch.bfloat16, enabled=dtype == torch.bfloat16):
            predictions = model(inputs)
        error = torch.nn.functional.l1_loss(predictions.float(), targets)
        optimizer.zero_grad()
        error.backward()
        optimizer.param_groups[0]["lr"] = lr * min(1.0, (k + 1) / warmup)
        optimizer.step()
        errors.append(error.item())
    model.to(dtype)
    return errors
