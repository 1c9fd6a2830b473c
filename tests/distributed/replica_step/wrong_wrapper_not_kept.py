"""The parameters of rank 0 are sent to all once more before each step, and no gradient is averaged. A wrapper
that nobody holds does just this: it is gone before the backward pass begins."""

import torch
from torch.nn.parallel import DistributedDataParallel


def fit(model, batches, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    errors = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        error = (DistributedDataParallel(model)(inputs) - targets).square().mean()
        error.backward()
        optimizer.step()
        errors.append(error.item())
    return errors
