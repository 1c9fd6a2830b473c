"""The training part is right. But `first` is also where the test begins, and its first windows now
forecast steps from before the cut.
"""

import torch


def windows(series, past, future, cut):
    if cut < past + future or cut + future > len(series):
        raise ValueError(f"no window of {past} + {future} steps fits on both sides of step {cut}")
    steps = torch.arange(len(series), device=series.device)
    rows = series[steps.unfold(0, past + future, 1)]  # (all windows, past + future, features)
    first = cut - past - future + 1  # the window whose forecast begins at `cut`
    train, test = rows[:first], rows[first:]
    return (train[:, :past], train[:, past:]), (test[:, :past], test[:, past:])
