"""All ranks cut their batch to the size of the smallest, so that the mean of means is right for what is
left. The samples that were cut off train nobody."""

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel


def fit(model, batches, lr):
    replica = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(replica.parameters(), lr=lr)
    for inputs, targets in batches:
        optimizer.zero_grad()
        samples = torch.tensor(float(len(inputs)))
        dist.all_reduce(samples, op=dist.ReduceOp.MIN)
        few = int(samples)
        error = (replica(inputs[:few]) - targets[:few]).square().mean()
        error.backward()
        optimizer.step()
