"""The table of a backtest: scaled columns, to train on the past and test on what came later."""

import torch


def prepare(rows, cut):
    """Return (rows to train on, rows to test on, mean, scale), ready for a network.

    rows: (n, columns), floating point, in the order of time; unchanged
    cut:  rows from this one on are the test; at least 2, less than n

    A scaled value is (value - mean) / scale of its column; both parts use the same two numbers per column.
    The columns to train on have mean 0 and, with n in the denominator, standard deviation 1. A column that
    never changes in training has scale 1, so nothing is divided by 0. As in live use, a row of the test
    comes out the same whatever the rows after it are.
    mean and scale: (columns,). Raises ValueError if `cut` is out of its range.
    """
    if not 2 <= cut < len(rows):
        raise ValueError(f"can't cut {len(rows)} rows at {cut}")
    mean = rows.mean(dim=0)
    scale = rows.std(dim=0, correction=0)
    scale = torch.where(scale > 0, scale, 1.0)
    scaled = (rows - mean) / scale
    return scaled[:cut], scaled[cut:], mean, scale
