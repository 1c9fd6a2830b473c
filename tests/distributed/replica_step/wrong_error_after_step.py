"""The parameters are right on all ranks. What comes back is the error after each step, and not the one from
which the step was taken."""

import torch
from torch.nn.parallel import DistributedDataParallel


def fit(model, batches, lr):
    replica = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(replica.parameters(), lr=lr)
    errors = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        error = (replica(inputs) - targets).square().mean()
        error.backward()
        optimizer.step()
        with torch.no_grad():
            errors.append((model(inputs) - targets).square().mean().item())
    return errors
