"""The samples are counted in the first step, and that number is used for all steps. If the sizes change, the
steps come out too large or too small."""

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel


def fit(model, batches, lr):
    # The wrapper sends the parameters of rank 0 to all ranks, and averages gradients in backward().
    replica = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)  # the replica's are the same objects
    samples = torch.tensor(float(len(batches[0][0])) if batches else 1.0)
    dist.all_reduce(samples)
    for inputs, targets in batches:
        optimizer.zero_grad()
        error = (replica(inputs) - targets).square().sum() * dist.get_world_size() / samples
        error.backward()
        optimizer.step()
