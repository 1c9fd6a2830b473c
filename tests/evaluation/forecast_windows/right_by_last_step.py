"""Each window goes by its first and its last forecast step."""

import torch


def windows(series, past, future, cut):
    if cut < past + future or cut + future > len(series):
        raise ValueError(f"no window of {past} + {future} steps fits on both sides of step {cut}")
    steps = torch.arange(len(series), device=series.device)
    rows = series[steps.unfold(0, past + future, 1)]  # (all windows, past + future, features)
    begin = torch.arange(len(rows), device=series.device) + past
    train, test = rows[begin + future <= cut], rows[begin >= cut]
    return (train[:, :past], train[:, past:]), (test[:, :past], test[:, past:])
