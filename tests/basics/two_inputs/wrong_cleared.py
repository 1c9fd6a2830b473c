"""Clearing gives every pass its own tensor, but ends the running sum: all entries are the first one again."""

import torch


def gradient_log(x, y, passes):
    log = []
    for _ in range(passes):
        x.grad = y.grad = None
        z = torch.square(x) + torch.square(y)
        z.backward()
        log.append((x.grad, y.grad))
    return log
