"""A step follows each head, so the body moves once for every head. Momentum, Adam and weight decay count
each of these as a step of its own.
"""

import torch


def train_step(body, heads, optimizer, inputs, targets):
    if len(heads) == 0 or len(inputs) == 0 or set(heads) != set(targets):
        raise ValueError(f"{len(inputs)} samples, heads {sorted(heads)}, targets {sorted(targets)}")
    features = body(inputs)
    errors = {}
    for name, head in heads.items():
        error = torch.nn.functional.mse_loss(head(features), targets[name])
        optimizer.zero_grad()
        error.backward(retain_graph=True)
        optimizer.step()
        errors[name] = error.item()
    return errors
