"""torch.func.grad makes a function of the weights, and the outer gradient goes through it."""

import torch
from torch.func import functional_call
from torch.nn.functional import mse_loss


def meta_loss(model, tasks, lr, steps):
    start = dict(model.named_parameters())
    losses = []
    for inputs, targets, new_inputs, new_targets in tasks:

        def error(weights, x=inputs, y=targets):
            return mse_loss(functional_call(model, weights, x), y)

        weights = start
        for _ in range(steps):
            slopes = torch.func.grad(error)(weights)
            weights = {name: weights[name] - lr * slopes[name] for name in weights}
        losses.append(error(weights, new_inputs, new_targets))
    return torch.stack(losses).mean()
