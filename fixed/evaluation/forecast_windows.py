"""Training and test windows of one time series, for a forecasting model."""

import torch


def windows(series, past, future, cut):
    """Return ((past values, future values) to train on, (past values, future values) to test on).

    series:       (steps, features), in the order of time
    past, future: a window is `past` steps that the model sees and the `future` steps right after them that
                  it has to forecast; both at least 1
    cut:          the test pretends that a model was trained just before step `cut` was measured, and
                  forecasts from then on

    The test has every window whose forecast lies in steps from `cut` on, in order; the training part has
    every window that existed before `cut`, in order. Past values are (windows, past, features), future
    values (windows, future, features). What's returned shares no memory with `series`.
    Raises ValueError if either part would have no window.
    """
    if cut < past + future or cut + future > len(series):
        raise ValueError(f"no window of {past} + {future} steps fits on both sides of step {cut}")
    steps = torch.arange(len(series), device=series.device)
    rows = series[steps.unfold(0, past + future, 1)]  # (all windows, past + future, features)
    first = cut - past  # the window whose forecast begins at `cut`
    # the `future - 1` windows before it forecast steps from `cut` on: nobody had them when training ended
    train, test = rows[: first - future + 1], rows[first:]
    return (train[:, :past], train[:, past:]), (test[:, :past], test[:, past:])
