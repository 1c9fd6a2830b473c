"""Each row has a mean and a scale of its own here. The docstring has one of each per column, the same for
both parts.
"""

import torch


def prepare(rows, cut):
    if not 2 <= cut < len(rows):
        raise ValueError(f"can't cut {len(rows)} rows at {cut}")
    n = torch.arange(1, len(rows) + 1, device=rows.device)[:, None]
    mean = rows.cumsum(dim=0) / n
    scale = ((rows**2).cumsum(dim=0) / n - mean**2).clamp(min=0).sqrt()
    scale = torch.where(scale > 0, scale, 1.0)
    scaled = (rows - mean) / scale
    return scaled[:cut], scaled[cut:], mean, scale
