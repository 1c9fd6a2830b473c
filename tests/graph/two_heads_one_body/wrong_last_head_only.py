"""The body learns from the last head alone: the errors of the other heads don't reach it, or their
gradients are cleared before the step.
"""

import torch


def train_step(body, heads, optimizer, inputs, targets):
    if len(heads) == 0 or len(inputs) == 0 or set(heads) != set(targets):
        raise ValueError(f"{len(inputs)} samples, heads {sorted(heads)}, targets {sorted(targets)}")
    optimizer.zero_grad()
    features = body(inputs)
    errors = {}
    for name, head in heads.items():
        error = torch.nn.functional.mse_loss(head(features), targets[name])
        errors[name] = error.item()
    error.backward()
    optimizer.step()
    return errors
