"""The forward pass goes through a wrapper that nobody holds: it is gone before the backward pass begins,
and no gradient is averaged. All it does is send the parameters of rank 0 once more, before each step."""

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
