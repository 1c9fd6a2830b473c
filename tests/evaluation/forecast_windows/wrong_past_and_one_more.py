"""`past` steps are left out at the end of training. It's the forecast that reaches across the cut, so the
gap depends on `future`.
"""

import torch


def windows(series, past, future, cut):
    if cut < past + future or cut + future > len(series):
        raise ValueError(f"no window of {past} + {future} steps fits on both sides of step {cut}")
    steps = torch.arange(len(series), device=series.device)
    rows = series[steps.unfold(0, past + future, 1)]  # (all windows, past + future, features)
    first = cut - past  # the window whose forecast begins at `cut`
    train, test = rows[: first - past], rows[first:]
    return (train[:, :past], train[:, past:]), (test[:, :past], test[:, past:])
