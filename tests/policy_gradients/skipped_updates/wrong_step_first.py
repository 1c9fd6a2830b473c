"""The step comes before the backward passes that should feed it: every batch is applied one batch too
late, and the last one never.
"""

import torch


def train(theta, batches, lr):
    _check(batches)
    optimizer = torch.optim.SGD([theta], lr=lr)
    losses = []
    for batch in batches:
        optimizer.step()
        optimizer.zero_grad()
        total = 0.0
        for states, actions, returns in batch:
            log_probs = torch.log_softmax(theta, dim=1)[states, actions]
            loss = -(returns * log_probs).sum() / len(batch)
            loss.backward()
            total += loss.item()
        losses.append(total)
    return losses


def _check(batches):
    for number, batch in enumerate(batches):
        if not batch:
            raise ValueError(f"batch {number} has no episodes")
        for episode in batch:
            shapes = [tuple(tensor.shape) for tensor in episode]
            if shapes != [(episode[0].numel(),)] * 3:
                raise ValueError(f"states, actions and returns of an episode have the shapes {shapes}")
            if shapes[0] == (0,):
                raise ValueError(f"batch {number} has an empty episode")
