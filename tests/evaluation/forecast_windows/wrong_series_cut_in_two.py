"""Cutting the series first keeps the parts apart. But the test windows have lost the past that lies
before the cut, which is known on that day, and with it the first forecasts.
"""

import torch


def windows(series, past, future, cut):
    if cut < past + future or cut + future > len(series):
        raise ValueError(f"no window of {past} + {future} steps fits on both sides of step {cut}")
    old, new = series[:cut], series[cut:]
    train, test = (
        part[torch.arange(len(part), device=part.device).unfold(0, past + future, 1)] for part in (old, new)
    )
    return (train[:, :past], train[:, past:]), (test[:, :past], test[:, past:])
