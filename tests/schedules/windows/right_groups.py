"""The stream is cut into groups, and each group makes an update."""

import itertools

from torch.nn.functional import mse_loss


def train(model, optimizer, epochs, accumulate):
    updates = 0
    optimizer.zero_grad()
    for batches in epochs:
        batches = iter(batches)
        while group := list(itertools.islice(batches, accumulate)):
            for inputs, targets in group:
                mse_loss(model(inputs), targets, reduction="sum").backward()
            updates += update(model, optimizer, sum(targets.numel() for _, targets in group))
    optimizer.zero_grad()
    return updates


def update(model, optimizer, samples):
    for parameter in model.parameters():
        if parameter.grad is not None:
            parameter.grad /= samples
    optimizer.step()
    optimizer.zero_grad()
    return 1
