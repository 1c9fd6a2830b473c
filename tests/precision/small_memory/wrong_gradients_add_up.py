"""Float32 copies take the steps, which is right. But `zero_grad` only knows the copies now, so the
model's own gradients add up from batch to batch.
"""

import torch


def fine_tune(model, batches, lr, scaler):
    masters = [p.detach().clone() for p in model.parameters()]
    model.half()
    optimizer = torch.optim.SGD(masters, lr=lr)
    errors = []
    for inputs, targets in batches:
        outputs = model(inputs.half())
        error = torch.nn.functional.mse_loss(outputs.float(), targets)
        optimizer.zero_grad()
        scaler.scale(error).backward()
        for m, p in zip(masters, model.parameters()):
            m.grad = p.grad.float()
        scaler.step(optimizer)
        scaler.update()
        for m, p in zip(masters, model.parameters()):
            p.data.copy_(m)
        errors.append(error.item())
    model.float()
    return errors
