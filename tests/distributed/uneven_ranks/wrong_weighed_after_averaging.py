"""The weight is the right one, in the wrong place: when `backward` returns, the gradients have been
averaged. Weigh the error before it goes backward.
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
        dist.all_reduce(samples)
        world = dist.get_world_size()
        error = (replica(inputs) - targets).square().mean()
        error.backward()
        for p in model.parameters():
            p.grad *= len(inputs) * world / samples
        optimizer.step()
