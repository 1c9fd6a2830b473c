"""The body runs again for every head. There's no error, and as long as nothing in it is random, the
gradient is right. With dropout, each head is trained on different features.
"""

import torch


def train_step(body, heads, optimizer, inputs, targets):
    if len(heads) == 0 or len(inputs) == 0 or set(heads) != set(targets):
        raise ValueError(f"{len(inputs)} samples, heads {sorted(heads)}, targets {sorted(targets)}")
    optimizer.zero_grad()
    errors = {}
    for name, head in heads.items():
        error = torch.nn.functional.mse_loss(head(body(inputs)), targets[name])
        error.backward()
        errors[name] = error.item()
    optimizer.step()
    return errors
