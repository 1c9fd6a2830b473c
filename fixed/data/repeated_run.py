"""Augmented training epochs that can be repeated."""

import random

import torch


def augment(row, noise):
    """Return a new row: half of the time from back to front, and with noise of that size added.

    row: (n,), floating point, unchanged; noise: the standard deviation of what's added, 0 or more
    """
    turned = row.flip(0) if random.random() < 0.5 else row
    return turned + noise * torch.randn_like(row)


def epochs(rows, count, seed, noise=0.1):
    """Return a list of `count` epochs; each has all rows, augmented, in an order of its own, (rows, n).

    rows: (rows, n), floating point, unchanged
    The seed decides everything: the order, which rows are turned, and the noise. The same seed gives
    the same epochs, whatever was drawn in this process before; other seeds give others. Within a run, the
    epochs differ. The state that random generators are left in may be any.
    Raises ValueError for a count below 1.
    """
    if count < 1:
        raise ValueError("there should be one epoch at least")
    torch.manual_seed(seed)
    random.seed(seed)  # each library has its own generator, and knows nothing of the others
    result = []
    for _ in range(count):
        order = torch.randperm(len(rows)).tolist()
        result.append(torch.stack([augment(rows[i], noise) for i in order]))
    return result
