"""Regression with a penalty on how strongly the predictions react to the inputs."""

import torch


def fit(model, inputs, targets, coefficient, steps, lr):
    """Minimize error + coefficient * penalty over the parameters of `model`, in place.

    error:   the mean over samples of (prediction - target)**2
    penalty: the mean over samples of |d prediction / d input|**2, summed over features
    model:   maps (samples, features) to (samples, 1), each sample on its own; its
             parameters have no gradients yet
    inputs:  (samples, features); targets: (samples, 1); dtype and device of the model;
             both are left as they are
    Returns a list of (error, penalty), two floats before each of the `steps` updates of
    gradient descent.
    Raises ValueError, before anything changes, if there are no samples.
    """
    if len(inputs) == 0:
        raise ValueError("there are no samples to fit")
    inputs = inputs.detach().clone().requires_grad_()  # our own leaf, not the caller's
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    log = []
    for _ in range(steps):
        predictions = model(inputs)
        # The slopes are part of the loss, so their computation has to be recorded too.
        (slopes,) = torch.autograd.grad(predictions.sum(), inputs, create_graph=True)
        error = torch.nn.functional.mse_loss(predictions, targets)
        penalty = slopes.square().sum(dim=1).mean()  # slopes: (samples, features)
        optimizer.zero_grad()
        (error + coefficient * penalty).backward()
        optimizer.step()
        log.append((error.item(), penalty.item()))
    return log
