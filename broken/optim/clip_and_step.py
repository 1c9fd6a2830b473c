"""Training with gradients that are clipped to a largest norm, and a log of that norm."""

import torch


def fit(model, inputs, targets, steps, lr, max_norm):
    """Train `model` on its mean squared error with plain SGD; return a log with a pair for each step.

    model:    module that maps `inputs` to predictions of the shape of `targets`; it comes
              without gradients. Parameters that don't require grad stay as they are; the others all train
    inputs:   (samples, features); targets: (samples, outputs); dtype and device of the model
    max_norm: if the gradient of a step, over all parameters together, is longer than this norm, it is
              shortened to it; its direction stays the same

    Returns a list of (error before the step, norm of its gradient before clipping), two floats each.
    Raises ValueError, and changes nothing, if there are no samples.
    """
    if len(inputs) == 0:
        raise ValueError("there are no samples to fit")
    trained = filter(lambda parameter: parameter.requires_grad, model.parameters())
    optimizer = torch.optim.SGD(trained, lr=lr)
    log = []
    for _ in range(steps):
        optimizer.zero_grad()
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        error.backward()
        norm = torch.nn.utils.clip_grad_norm_(trained, max_norm)
        optimizer.step()
        log.append((error.item(), norm.item()))
    return log
