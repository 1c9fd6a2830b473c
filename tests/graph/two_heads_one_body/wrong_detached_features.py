"""The first head trains the body. Every head after it gets detached features, so the body never hears
about their errors.
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
        error.backward()
        features = features.detach()
        errors[name] = error.item()
    optimizer.step()
    return errors
