"""Windows are drawn at random. Each one that's tested lies between two that are trained on, and shares
nearly all of its steps with them.
"""

import torch


def windows(series, past, future, cut):
    if cut < past + future or cut + future > len(series):
        raise ValueError(f"no window of {past} + {future} steps fits on both sides of step {cut}")
    steps = torch.arange(len(series), device=series.device)
    rows = series[steps.unfold(0, past + future, 1)]  # (all windows, past + future, features)
    first = cut - past  # the window whose forecast begins at `cut`
    order = torch.randperm(len(rows), generator=torch.Generator().manual_seed(0)).to(rows.device)
    train, test = rows[order[:first].sort()[0]], rows[order[first:].sort()[0]]
    return (train[:, :past], train[:, past:]), (test[:, :past], test[:, past:])
