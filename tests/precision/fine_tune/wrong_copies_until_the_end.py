"""The float32 copies take the steps, but the model that makes the predictions stays at its start until the
end. Every gradient is that of the first weights. Write the copies back after each step."""

import torch


def fine_tune(model, batches, lr, warmup):
    dtype = next(model.parameters()).dtype
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    copies = [parameter.detach().float().clone() for parameter in trained]
    optimizer = torch.optim.SGD(copies, lr=lr)
    errors = []
    for k, (inputs, targets) in enumerate(batches):
        error = torch.nn.functional.l1_loss(model(inputs.to(dtype)).float(), targets)
        gradients = torch.autograd.grad(error, trained, materialize_grads=True)
        for copy, gradient in zip(copies, gradients):
            copy.grad = gradient.float()
        optimizer.param_groups[0]["lr"] = lr * min(1.0, (k + 1) / warmup)
        optimizer.step()
        errors.append(error.item())
    for parameter, copy in zip(trained, copies):
        parameter.detach().copy_(copy)
    return errors
