"""A step follows each head while `.grad` still holds what the earlier heads left: the gradient of the
first head moves the body once for every head.
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
        error.backward(retain_graph=True)
        optimizer.step()
        errors[name] = error.item()
    return errors
