"""The optimizer has the float32 weights of before, and the model trains with others: its float16 ones,
which nobody steps.
"""

import copy

import torch


def fine_tune(model, batches, lr, scaler):
    """Take one SGD step per batch on the mean squared error; return the errors.

    model:   maps (n, features) to (n, outputs); its parameters are float32
    batches: list of (inputs, targets), float32
    scaler:  a `torch.amp.GradScaler`, enabled; it keeps small gradients from becoming 0,
             makes no step if a gradient isn't finite, and lowers its scale after that
    During the call, a linear layer of the model computes in float16: its inputs and weights
    are rounded to that, and so is what it returns. Errors are computed in float32 from the
    outputs.
    After the call the parameters are float32. Up to the rounding of float16 in outputs
    and gradients, they are those that training in float32 leads to, however small the
    single steps were.
    Returns a list with the error of each batch before its step.
    """
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    small = copy.deepcopy(model).half()
    errors = []
    for inputs, targets in batches:
        outputs = small(inputs.half())
        error = torch.nn.functional.mse_loss(outputs.float(), targets)
        optimizer.zero_grad()
        scaler.scale(error).backward()
        for p, q in zip(model.parameters(), small.parameters()):
            p.grad = q.grad.float()
            q.grad = None
        scaler.step(optimizer)
        scaler.update()
        errors.append(error.item())
    return errors
