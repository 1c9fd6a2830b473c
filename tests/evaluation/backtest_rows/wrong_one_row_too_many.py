"""Off by one: row `cut` is the first of the test, and it's in the mean."""

import torch


def prepare(rows, cut):
    if not 2 <= cut < len(rows):
        raise ValueError(f"can't cut {len(rows)} rows at {cut}")
    mean = rows[: cut + 1].mean(dim=0)
    scale = rows[: cut + 1].std(dim=0, correction=0)
    scale = torch.where(scale > 0, scale, 1.0)
    scaled = (rows - mean) / scale
    return scaled[:cut], scaled[cut:], mean, scale
