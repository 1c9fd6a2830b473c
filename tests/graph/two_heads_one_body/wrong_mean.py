"""The average of the errors goes backward instead of their sum: every gradient is divided by the number of
heads, which amounts to a different learning rate.
"""

import torch


def train_step(body, heads, optimizer, inputs, targets):
    if len(heads) == 0 or len(inputs) == 0 or set(heads) != set(targets):
        raise ValueError(f"{len(inputs)} samples, heads {sorted(heads)}, targets {sorted(targets)}")
    optimizer.zero_grad()
    features = body(inputs)
    errors, total = {}, 0.0
    for name, head in heads.items():
        error = torch.nn.functional.mse_loss(head(features), targets[name])
        total = total + error
        errors[name] = error.item()
    (total / len(heads)).backward()
    optimizer.step()
    return errors
