"""The local mean is weighted with this rank's share of the samples, times the number of ranks."""

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel


def fit(model, batches, lr):
    replica = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(replica.parameters(), lr=lr)
    for inputs, targets in batches:
        optimizer.zero_grad()
        samples = torch.tensor(float(len(inputs)))
        dist.all_reduce(samples)
        share = len(inputs) / samples.item()
        mean = torch.nn.functional.mse_loss(replica(inputs), targets)
        error = mean * share * dist.get_world_size()
        error.backward()
        optimizer.step()
