"""From the second step on, the slopes have a graph. The first one still counts as a constant."""

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
            last = step >= 1
            slopes = torch.autograd.grad(error, list(weights.values()), create_graph=last)
            weights = {name: w - lr * s for (name, w), s in zip(weights.items(), slopes)}
        answers = functional_call(model, weights, new_inputs)
        losses.append(mse_loss(answers, new_targets))
    return torch.stack(losses).mean()
