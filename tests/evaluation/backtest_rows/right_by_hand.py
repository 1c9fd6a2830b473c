"""The sums of the past, by hand."""

import torch


def prepare(rows, cut):
    if not 2 <= cut < len(rows):
        raise ValueError(f"can't cut {len(rows)} rows at {cut}")
    mean = rows[:cut].sum(dim=0) / cut
    scale = (rows[:cut] - mean).square().mean(dim=0).sqrt()
    scale = torch.where((rows[:cut] == rows[0]).all(dim=0), 1.0, scale)
    scaled = (rows - mean) / scale
    return scaled[:cut], scaled[cut:], mean, scale
