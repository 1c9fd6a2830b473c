"""`copy.deepcopy` of the pair makes new tensors with the numbers of this moment."""

import copy

import torch


def gradient_log(x, y, passes):
    log = []
    for _ in range(passes):
        z = torch.square(x) + torch.square(y)
        z.backward()
        log.append(copy.deepcopy((x.grad, y.grad)))
    return log
