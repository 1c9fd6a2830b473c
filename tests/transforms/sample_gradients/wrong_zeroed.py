"""The rows are right, but they're computed in the model's own `.grad`. What the caller had there is gone, and
the last sample's gradient is in its place."""

import torch


def sample_gradients(model, inputs, targets, decay):
    if len(inputs) == 0 or len(inputs) != len(targets):
        raise ValueError(f"{len(inputs)} samples with {len(targets)} targets")
    rows = []
    for sample, target in zip(inputs, targets):
        model.zero_grad()
        loss = (model(sample) - target).square().sum()
        loss = loss + decay / 2 * sum(p.square().sum() for p in model.parameters())
        loss.backward()
        rows.append({name: p.grad.clone() for name, p in model.named_parameters()})
    return {name: torch.stack([row[name] for row in rows]) for name in rows[0]}
