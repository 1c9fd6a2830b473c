"""Every head gets features that are detached from the body. There's no error, but none of the heads
reaches the body, so it never moves.
"""

import torch


def train_step(body, heads, optimizer, inputs, targets):
    if len(heads) == 0 or len(inputs) == 0 or set(heads) != set(targets):
        raise ValueError(f"{len(inputs)} samples, heads {sorted(heads)}, targets {sorted(targets)}")
    optimizer.zero_grad()
    features = body(inputs).detach()
    errors = {}
    for name, head in heads.items():
        error = torch.nn.functional.mse_loss(head(features), targets[name])
        error.backward()  # now, so this head's graph can be freed
        errors[name] = error.item()
    optimizer.step()
    return errors
