"""No `.grad` at all: the gradients of the episodes are added up by hand."""

import torch


def train(theta, batches, lr):
    _check(batches)
    losses = []
    for batch in batches:
        total, gradient = 0.0, torch.zeros_like(theta)
        for states, actions, returns in batch:
            log_probs = torch.log_softmax(theta, dim=1)[states, actions]
            loss = -(returns * log_probs).sum() / len(batch)
            gradient += torch.autograd.grad(loss, theta)[0]
            total += loss.item()
        with torch.no_grad():
            theta -= lr * gradient
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
