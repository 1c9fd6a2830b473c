"""`autograd.grad` hands out the gradient of one pass and never fills `.grad`: nothing adds up any more."""

import torch


def gradient_log(x, y, passes):
    log = []
    for _ in range(passes):
        z = torch.square(x) + torch.square(y)
        log.append(torch.autograd.grad(z, (x, y)))
    return log
