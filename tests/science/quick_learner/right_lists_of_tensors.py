"""The weights are a list, and every step keeps its graph."""

import torch
from torch.func import functional_call


def meta_loss(model, tasks, lr, steps):
    start = dict(model.named_parameters())
    losses = []
    names = list(start)
    for inputs, targets, new_inputs, new_targets in tasks:
        weights = list(start.values())
        for _ in range(steps):
            answers = functional_call(model, dict(zip(names, weights)), inputs)
            slopes = torch.autograd.grad((answers - targets).square().mean(), weights, create_graph=True)
            weights = [torch.sub(w, s, alpha=lr) for w, s in zip(weights, slopes)]
        answers = functional_call(model, dict(zip(names, weights)), new_inputs)
        losses.append((answers - new_targets).square().mean())
    return torch.stack(losses).mean()
