"""Windows are collected one by one."""

import torch


def windows(series, past, future, cut):
    if cut < past + future or cut + future > len(series):
        raise ValueError(f"no window of {past} + {future} steps fits on both sides of step {cut}")
    train = [series[i : i + past + future] for i in range(cut - past - future + 1)]
    test = [series[i - past : i + future] for i in range(cut, len(series) - future + 1)]
    train, test = torch.stack(train), torch.stack(test)
    return (train[:, :past], train[:, past:]), (test[:, :past], test[:, past:])
