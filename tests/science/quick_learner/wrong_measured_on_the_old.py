"""The gradient goes through all steps. But you measure the model on what it has adapted to, and the
docstring says on the new inputs.
"""

import torch
from torch.func import functional_call
from torch.nn.functional import mse_loss


def meta_loss(model, tasks, lr, steps):
    start = dict(model.named_parameters())
    losses = []
    for inputs, targets, new_inputs, new_targets in tasks:
        weights = start
        for step in range(steps):
            error = mse_loss(functional_call(model, weights, inputs), targets)
            slopes = torch.autograd.grad(error, list(weights.values()), create_graph=True)
            weights = {name: w - lr * s for (name, w), s in zip(weights.items(), slopes)}
        answers = functional_call(model, weights, inputs)
        losses.append(mse_loss(answers, targets))
    return torch.stack(losses).mean()
