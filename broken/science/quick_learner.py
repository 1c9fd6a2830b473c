"""Learn initial weights from which a few steps on a new task are enough (MAML)."""

import torch
from torch.func import functional_call
from torch.nn.functional import mse_loss


def meta_loss(model, tasks, lr, steps):
    """Return how good the model is after a few steps on each task, a scalar.

    model: maps (n, features) to (n, 1); all its parameters have a part in that
    tasks: list of (inputs, targets, new inputs, new targets), one task at least
    lr:    of the steps of plain gradient descent that the model takes on a task, from its own
           parameters, on the mean squared error of inputs and targets
    steps: how many of them, 0 or more

    The loss is the mean over the tasks of the mean squared error on the new inputs, after the
    steps. It's a function of the model's own parameters, from which all tasks begin: its
    gradient says where these should go. The model itself stays as it is, without gradients.
    """
    start = dict(model.named_parameters())
    losses = []
    for inputs, targets, new_inputs, new_targets in tasks:
        weights = start
        for step in range(steps):
            error = mse_loss(functional_call(model, weights, inputs), targets)
            last = step == steps - 1
            slopes = torch.autograd.grad(error, list(weights.values()), create_graph=last)
            weights = {name: w - lr * s for (name, w), s in zip(weights.items(), slopes)}
        answers = functional_call(model, weights, new_inputs)
        losses.append(mse_loss(answers, new_targets))
    return torch.stack(losses).mean()
