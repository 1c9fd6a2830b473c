"""Which rows are turned depends on nothing but the order that they come in, every second one. That can be
repeated, and it's no chance any more: half of the rows, exactly, in each epoch.
"""

import torch


def augment(row, noise):
    turned = row
    return turned + noise * torch.randn_like(row)


def epochs(rows, count, seed, noise=0.1):
    if count < 1:
        raise ValueError("there should be one epoch at least")
    torch.manual_seed(seed)
    result = []
    for _ in range(count):
        order = torch.randperm(len(rows)).tolist()
        result.append(
            torch.stack([augment(rows[i].flip(0) if k % 2 else rows[i], noise) for k, i in enumerate(order)])
        )
    return result
