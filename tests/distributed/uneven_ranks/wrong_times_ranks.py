"""Each rank still takes the mean over its own samples, and the factor turns the mean over ranks into a sum. A
sample still counts for more on a small rank, and now each step is too large as well."""

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel


def fit(model, batches, lr):
    # The wrapper sends the parameters of rank 0 to all ranks, and averages gradients in backward().
    replica = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)  # the replica's are the same objects
    for inputs, targets in batches:
        optimizer.zero_grad()
        error = (replica(inputs) - targets).square().mean() * dist.get_world_size()
        error.backward()
        optimizer.step()
