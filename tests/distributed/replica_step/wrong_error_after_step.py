"""The parameters are right on all ranks. But the errors that come back were measured after each step, not
before it."""

import torch
from torch.nn.parallel import DistributedDataParallel


def fit(model, batches, lr):
    replica = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(replica.parameters(), lr=lr)  # the model's own: there are no copies
    errors = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        error = (replica(inputs) - targets).square().mean()
        error.backward()
        optimizer.step()
        with torch.no_grad():
            errors.append((model(inputs) - targets).square().mean().item())
    return errors
