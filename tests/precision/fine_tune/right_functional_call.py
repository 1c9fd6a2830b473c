"""The float32 weights are the model; each pass gets a bfloat16 cast of them, through which gradients flow."""

import torch


def fine_tune(model, batches, lr, warmup):
    dtype = next(model.parameters()).dtype
    trained = {name: p.detach().float() for name, p in model.named_parameters() if p.requires_grad}
    for weight in trained.values():
        weight.requires_grad_()
    optimizer = torch.optim.SGD(list(trained.values()), lr=lr)
    errors = []
    for k, (inputs, targets) in enumerate(batches):
        cast = {name: weight.to(dtype) for name, weight in trained.items()}
        predictions = torch.func.functional_call(model, cast, inputs.to(dtype))
        error = torch.nn.functional.l1_loss(predictions.float(), targets)
        optimizer.zero_grad()
        error.backward()
        for group in optimizer.param_groups:
            group["lr"] = lr * min(1.0, (k + 1) / warmup)
        optimizer.step()
        errors.append(error.item())
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name in trained:
                parameter.copy_(trained[name])
    return errors
