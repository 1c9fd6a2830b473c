"""Every rank divides by the largest batch of all. The samples count the same now, and if the batches
differ, each step is too small.
"""

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel


def fit(model, batches, lr):
    # The wrapper sends the parameters of rank 0 to all ranks, and averages gradients in backward().
    replica = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)  # the replica's are the same objects
    for inputs, targets in batches:
        optimizer.zero_grad()
        samples = torch.tensor(float(len(inputs)), device=inputs.device)
        dist.all_reduce(samples, op=dist.ReduceOp.MAX)
        error = (replica(inputs) - targets).square().sum() / samples
        error.backward()
        optimizer.step()
