"""What a step loses in rounding is remembered beside each weight and added to the next step."""

import torch


def fine_tune(model, batches, lr, warmup):
    dtype = next(model.parameters()).dtype
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    lost = [torch.zeros_like(parameter) for parameter in trained]
    errors = []
    for k, (inputs, targets) in enumerate(batches):
        error = torch.nn.functional.l1_loss(model(inputs.to(dtype)).float(), targets)
        model.zero_grad()
        error.backward()
        rate = lr * min(1.0, (k + 1) / warmup)
        with torch.no_grad():
            for parameter, rest in zip(trained, lost):
                if parameter.grad is not None:
                    step = rest - rate * parameter.grad
                    before = parameter.clone()
                    parameter += step
                    rest.copy_(step - (parameter - before))
        errors.append(error.item())
    return errors
