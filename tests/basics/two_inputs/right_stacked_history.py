"""The history goes into a tensor of its own, row by row, and is split into pairs at the end."""

import torch


def gradient_log(x, y, passes):
    history = torch.zeros(passes, 2, *x.shape, dtype=x.dtype, device=x.device)
    for k in range(passes):
        z = torch.square(x) + torch.square(y)
        z.backward()
        history[k, 0] = x.grad
        history[k, 1] = y.grad
    return [(row[0], row[1]) for row in history]
