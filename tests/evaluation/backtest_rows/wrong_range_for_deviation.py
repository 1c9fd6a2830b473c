"""The rows are the right ones. But the scale is the range of each column, largest minus smallest, and the
docstring divides by the standard deviation.
"""

import torch


def prepare(rows, cut):
    if not 2 <= cut < len(rows):
        raise ValueError(f"can't cut {len(rows)} rows at {cut}")
    past = rows[:cut]
    mean = past.mean(dim=0)
    scale = past.max(dim=0).values - past.min(dim=0).values
    scale = torch.where(scale > 0, scale, 1.0)
    scaled = (rows - mean) / scale
    return scaled[:cut], scaled[cut:], mean, scale
