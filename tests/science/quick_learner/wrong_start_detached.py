"""All slopes have a graph, but it begins at your copies of the weights. The model's own parameters get no
gradient.
"""

import torch
from torch.func import functional_call
from torch.nn.functional import mse_loss


def meta_loss(model, tasks, lr, steps):
    start = dict(model.named_parameters())
    losses = []
    for inputs, targets, new_inputs, new_targets in tasks:
        weights = {name: w.detach().clone().requires_grad_() for name, w in start.items()}
        for step in range(steps):
            error = mse_loss(functional_call(model, weights, inputs), targets)
            slopes = torch.autograd.grad(error, list(weights.values()), create_graph=True)
            weights = {name: w - lr * s for (name, w), s in zip(weights.items(), slopes)}
        answers = functional_call(model, weights, new_inputs)
        losses.append(mse_loss(answers, new_targets))
    return torch.stack(losses).mean()
