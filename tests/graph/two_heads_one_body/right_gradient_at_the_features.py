"""Each head goes backward to a leaf that stands for the features. The sum collected there then goes
through the body, once. Only one head's graph is in memory at a time.
"""

import torch


def train_step(body, heads, optimizer, inputs, targets):
    if len(heads) == 0 or len(inputs) == 0 or set(heads) != set(targets):
        raise ValueError(f"{len(inputs)} samples, heads {sorted(heads)}, targets {sorted(targets)}")
    optimizer.zero_grad()
    features = body(inputs)
    shared = features.detach().requires_grad_()
    errors = {}
    for name, head in heads.items():
        error = torch.nn.functional.mse_loss(head(shared), targets[name])
        error.backward()
        errors[name] = error.item()
    features.backward(shared.grad)
    optimizer.step()
    return errors
