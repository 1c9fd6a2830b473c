"""`torch.seed()` doesn't tell the seed, it sets a new one, from the operating system. So nothing can be
repeated any more.
"""

import random

import torch


def augment(row, noise):
    turned = row.flip(0) if random.random() < 0.5 else row
    return turned + noise * torch.randn_like(row)


def epochs(rows, count, seed, noise=0.1):
    if count < 1:
        raise ValueError("there should be one epoch at least")
    torch.manual_seed(seed)
    random.seed(torch.seed())
    result = []
    for _ in range(count):
        order = torch.randperm(len(rows)).tolist()
        result.append(torch.stack([augment(rows[i], noise) for i in order]))
    return result
