"""`zero_()` empties the one tensor that all entries share: every entry reads 0, and the sum is gone."""

import torch


def gradient_log(x, y, passes):
    log = []
    for _ in range(passes):
        z = torch.square(x) + torch.square(y)
        z.backward()
        log.append((x.grad, y.grad))
        x.grad.zero_()
        y.grad.zero_()
    return log
