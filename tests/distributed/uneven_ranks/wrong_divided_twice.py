"""All samples count alike now. But the wrapper divides by the number of ranks on top of that, so each step
is too small by that factor."""

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
        error = (replica(inputs) - targets).square().sum() / samples
        error.backward()
        optimizer.step()
