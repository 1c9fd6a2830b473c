"""Copying after the last pass is too late: by then every entry already shows the final sum."""

import torch


def gradient_log(x, y, passes):
    log = []
    for _ in range(passes):
        z = torch.square(x) + torch.square(y)
        z.backward()
        log.append((x.grad, y.grad))
    return [(of_x.clone(), of_y.clone()) for of_x, of_y in log]
