"""The series is cut first. The test part begins `past` steps early, because a forecast needs them."""


def windows(series, past, future, cut):
    if cut < past + future or cut + future > len(series):
        raise ValueError(f"no window of {past} + {future} steps fits on both sides of step {cut}")
    train, test = (
        part.unfold(0, past + future, 1).transpose(1, 2).clone()
        for part in (series[:cut], series[cut - past :])
    )
    return (train[:, :past], train[:, past:]), (test[:, :past], test[:, past:])
