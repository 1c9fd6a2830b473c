"""Without the draw there's nothing to repeat. There's also nothing turned any more."""

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
        result.append(torch.stack([augment(rows[i], noise) for i in order]))
    return result
