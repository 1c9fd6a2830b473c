"""Nothing holds on to the wrapper, so it's gone before the backward pass begins. It sends rank 0's parameters
to all ranks before each step, and averages no gradient."""

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
