"""The parameters are right on all ranks. What comes back is the mean error over all ranks, where each rank is
to report the error of its own batch."""

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
        error.backward()
        optimizer.step()
        mean = error.detach()
        dist.all_reduce(mean)
        errors.append(mean.item() / dist.get_world_size())
    return errors
