"""All samples count the same now. But the wrapper also divides by the number of ranks, so each step is too
small by that factor."""

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
        error = (replica(inputs) - targets).square().sum() / samples
        error.backward()
        optimizer.step()
