"""The training part is right. But the gap was made on the other side too, and there it takes forecasts
away that the test should have.
"""

import torch


def windows(series, past, future, cut):
    if cut < past + future or cut + future > len(series):
        raise ValueError(f"no window of {past} + {future} steps fits on both sides of step {cut}")
    steps = torch.arange(len(series), device=series.device)
    rows = series[steps.unfold(0, past + future, 1)]  # (all windows, past + future, features)
    first = cut - past  # the window whose forecast begins at `cut`
    train, test = rows[: first - future + 1], rows[first + future - 1 :]
    return (train[:, :past], train[:, past:]), (test[:, :past], test[:, past:])
