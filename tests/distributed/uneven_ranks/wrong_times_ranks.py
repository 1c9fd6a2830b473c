"""Each rank still takes the mean over its own samples, and the factor turns the mean over ranks into their
sum: a sample still counts for more on a small rank, and now each step is too large as well."""

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel


def fit(model, batches, lr):
    replica = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(replica.parameters(), lr=lr)
    for inputs, targets in batches:
        optimizer.zero_grad()
        error = (replica(inputs) - targets).square().mean() * dist.get_world_size()
        error.backward()
        optimizer.step()
