"""`backward()` adds to `.grad`. From the second sample on, each row includes all samples before it, and the
model keeps the sum."""

import torch


def sample_gradients(model, inputs, targets, decay):
    if len(inputs) == 0 or len(inputs) != len(targets):
        raise ValueError(f"{len(inputs)} samples with {len(targets)} targets")
    names, rows = [], []
    for sample, target in zip(inputs, targets):
        loss = (model(sample) - target).square().sum()
        loss = loss + decay / 2 * sum(p.square().sum() for p in model.parameters())
        loss.backward()
        names = [name for name, _ in model.named_parameters()]
        rows.append([p.grad.clone() for p in model.parameters()])
    return {name: torch.stack(column) for name, column in zip(names, zip(*rows))}
