"""All draws come from torch now, and the run can be repeated. But `randn` is below 0.5 in 69 of 100 draws, so
too many rows are turned.
"""

import torch


def augment(row, noise):
    turned = row.flip(0) if torch.randn(()) < 0.5 else row
    return turned + noise * torch.randn_like(row)


def epochs(rows, count, seed, noise=0.1):
    if count < 1:
        raise ValueError("there should be one epoch at least")
    torch.manual_seed(seed)
    result = []
    for _ in range(count):
        order = torch.randperm(len(rows)).tolist()
        result.append(torch.stack([augment(rows[i], noise) for i in order]))
    return result
