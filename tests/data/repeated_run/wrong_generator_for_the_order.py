"""The order has a generator of its own, and the turning is seeded. But `randn_like` draws from torch's
global one, which nobody seeds any more.
"""

import random

import torch


def augment(row, noise):
    turned = row.flip(0) if random.random() < 0.5 else row
    return turned + noise * torch.randn_like(row)


def epochs(rows, count, seed, noise=0.1):
    if count < 1:
        raise ValueError("there should be one epoch at least")
    generator = torch.Generator().manual_seed(seed)
    random.seed(seed)
    result = []
    for _ in range(count):
        order = torch.randperm(len(rows), generator=generator).tolist()
        result.append(torch.stack([augment(rows[i], noise) for i in order]))
    return result
