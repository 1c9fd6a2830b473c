"""The heads are trained in turn, each with a forward pass and a step of its own: the second head meets a
body that the first one has already moved.
"""

import torch


def train_step(body, heads, optimizer, inputs, targets):
    if len(heads) == 0 or len(inputs) == 0 or set(heads) != set(targets):
        raise ValueError(f"{len(inputs)} samples, heads {sorted(heads)}, targets {sorted(targets)}")
    errors = {}
    for name, head in heads.items():
        error = torch.nn.functional.mse_loss(head(body(inputs)), targets[name])
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        errors[name] = error.item()
    return errors
