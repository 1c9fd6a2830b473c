"""The mean over the ranks, which the wrapper takes, is divided by their number once more: the ranks agree,
but each step is smaller the more ranks there are."""

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel


def fit(model, batches, lr):
    replica = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(replica.parameters(), lr=lr)
    errors = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        error = (replica(inputs) - targets).square().mean()
        (error / dist.get_world_size()).backward()
        optimizer.step()
        errors.append(error.item())
    return errors
