"""Watch gradients add up: several backward passes, one log entry after each."""

import torch


def gradient_log(x, y, passes):
    """Go backward `passes` times through a new z = x² + y²; log `.grad` after each pass.

    x, y: leaves with requires_grad, both of shape () or both of shape (1,)
    Nothing is cleared: the log shows the running sum, added to what `.grad` held before.
    Returns a list of `passes` pairs (gradient of x, gradient of y). Each is a tensor with
    the shape, dtype and device of its input, and keeps its value whatever happens to
    `.grad` afterwards.
    """
    log = []
    for _ in range(passes):
        z = torch.square(x) + torch.square(y)  # a new graph for every pass
        z.backward()
        # backward() adds to the same `.grad` tensor every time, so the log needs copies.
        entry = (x.grad.clone(), y.grad.clone())
        log.append(entry)
    return log
