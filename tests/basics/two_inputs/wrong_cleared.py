"""Clearing before each pass ends the running sum: every entry is the gradient of a single pass."""

import torch


def gradient_log(x, y, passes):
    log = []
    for _ in range(passes):
        x.grad = y.grad = None
        z = torch.square(x) + torch.square(y)
        z.backward()
        log.append((x.grad, y.grad))
    return log
