"""Each rank still takes the mean over its own samples, and the wrapper's mean over ranks is divided by their
number again. A sample counts for more on a small rank, and now each step is too small as well."""

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel


def fit(model, batches, lr):
    # The wrapper sends the parameters of rank 0 to all ranks, and averages gradients in backward().
    replica = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)  # the replica's are the same objects
    for inputs, targets in batches:
        optimizer.zero_grad()
        error = (replica(inputs) - targets).square().mean() / dist.get_world_size()
        error.backward()
        optimizer.step()
