"""A plain loop: one graph per sample, and its gradient with `torch.autograd.grad`."""

import torch


def sample_gradients(model, inputs, targets, decay):
    if len(inputs) == 0 or len(inputs) != len(targets):
        raise ValueError(f"{len(inputs)} samples with {len(targets)} targets")
    parameters = dict(model.named_parameters())
    rows = []
    for sample, target in zip(inputs, targets):
        loss = ((model(sample) - target) ** 2).sum()
        loss = loss + decay / 2 * sum((p**2).sum() for p in parameters.values())
        rows.append(torch.autograd.grad(loss, list(parameters.values())))
    return {name: torch.stack(column) for name, column in zip(parameters, zip(*rows))}
