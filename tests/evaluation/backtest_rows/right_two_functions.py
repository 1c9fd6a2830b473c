"""Fit on the past, apply to both parts."""

import torch


def prepare(rows, cut):
    if not 2 <= cut < len(rows):
        raise ValueError(f"can't cut {len(rows)} rows at {cut}")
    train, test = rows[:cut], rows[cut:]
    scale, mean = torch.std_mean(train, dim=0, correction=0)
    scale = torch.where(scale > 0, scale, 1.0)
    return (train - mean) / scale, (test - mean) / scale, mean, scale
