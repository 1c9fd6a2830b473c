"""The parameters are right on all ranks. But each rank should report the error of its own batch, and this is
the mean over all ranks."""

import torch
import torch.distributed as dist
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
        mean = error.detach()
        dist.all_reduce(mean)
        errors.append(mean.item() / dist.get_world_size())
    return errors
