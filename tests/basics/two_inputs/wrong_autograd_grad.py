"""Every entry is the gradient of a single pass, and `.grad` stays empty: nothing adds up any more."""

import torch


def gradient_log(x, y, passes):
    log = []
    for _ in range(passes):
        z = torch.square(x) + torch.square(y)
        log.append(torch.autograd.grad(z, (x, y)))
    return log
