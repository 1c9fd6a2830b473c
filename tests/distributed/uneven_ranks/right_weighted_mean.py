"""The rank's mean is weighted by its share of the samples, times the number of ranks."""

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel


def fit(model, batches, lr):
    # The wrapper sends the parameters of rank 0 to all ranks, and averages gradients in backward().
    replica = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)  # the replica's are the same objects
    for inputs, targets in batches:
        optimizer.zero_grad()
        samples = torch.tensor(float(len(inputs)))
        dist.all_reduce(samples)
        share = len(inputs) / samples.item()
        mean = torch.nn.functional.mse_loss(replica(inputs), targets)
        error = mean * share * dist.get_world_size()
        error.backward()
        optimizer.step()
