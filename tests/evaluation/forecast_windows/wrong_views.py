"""The windows are the right ones. But `unfold` on the series gives views, and views share their memory with
the series and with each other.
"""


def windows(series, past, future, cut):
    if cut < past + future or cut + future > len(series):
        raise ValueError(f"no window of {past} + {future} steps fits on both sides of step {cut}")
    rows = series.unfold(0, past + future, 1).transpose(1, 2)
    first = cut - past
    train, test = rows[: first - future + 1], rows[first:]
    return (train[:, :past], train[:, past:]), (test[:, :past], test[:, past:])
