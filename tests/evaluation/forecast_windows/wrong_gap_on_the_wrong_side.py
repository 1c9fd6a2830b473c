"""The gap has the right length and is on the wrong side: the test has lost its first forecasts, and
training still ends with steps from behind the cut.
"""

import torch


def windows(series, past, future, cut):
    if cut < past + future or cut + future > len(series):
        raise ValueError(f"no window of {past} + {future} steps fits on both sides of step {cut}")
    steps = torch.arange(len(series), device=series.device)
    rows = series[steps.unfold(0, past + future, 1)]  # (all windows, past + future, features)
    first = cut - past  # the window whose forecast begins at `cut`
    train, test = rows[:first], rows[first + future - 1 :]
    return (train[:, :past], train[:, past:]), (test[:, :past], test[:, past:])
