"""`.item()` keeps the value, but as a Python number. The log promises tensors like `x` and `y`."""

import torch


def gradient_log(x, y, passes):
    log = []
    for _ in range(passes):
        z = torch.square(x) + torch.square(y)
        z.backward()
        log.append((x.grad.item(), y.grad.item()))
    return log
