"""Fine-tune a model in the precision in which it was released."""

import torch


def fine_tune(model, batches, lr, warmup):
    """Minimize the mean absolute error by plain gradient descent, one step per batch.

    model:   maps (n, features) to (n, outputs); its parameters are float32 or bfloat16, and have the
             same dtype afterwards. Those that don't require a gradient stay as they are
    batches: list of (inputs, targets), (n, features) and (n, outputs), float32, n at least 1
    lr:      the rate of the steps; it rises evenly over the first `warmup` steps, and the last of
             these is the first to have the full rate. `warmup` is at least 1

    The parameters end where the same steps lead in float32; bfloat16 ones at most one bfloat16 value
    away from it, however many and however small the steps.
    Returns a list with the error of each batch before its step, of predictions in the model's dtype.
    """
    dtype = next(model.parameters()).dtype
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    # A small step added to a bfloat16 weight rounds away, so float32 copies collect the steps.
    copies = [parameter.detach().float().clone() for parameter in trained]
    optimizer = torch.optim.SGD(copies, lr=lr)
    errors = []
    for k, (inputs, targets) in enumerate(batches):
        predictions = model(inputs.to(dtype))  # (n, outputs)
        error = torch.nn.functional.l1_loss(predictions.float(), targets)
        gradients = torch.autograd.grad(error, trained, materialize_grads=True)
        for copy, gradient in zip(copies, gradients):
            copy.grad = gradient.float()
        optimizer.param_groups[0]["lr"] = lr * min(1.0, (k + 1) / warmup)
        optimizer.step()
        for parameter, copy in zip(trained, copies):
            parameter.detach().copy_(copy)
        errors.append(error.item())
    return errors
