"""A communication hook makes the wrapper add up gradients instead of averaging them."""

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel


def _add_up(_, bucket):
    future = dist.all_reduce(bucket.buffer(), async_op=True).get_future()
    return future.then(lambda done: done.value()[0])


def fit(model, batches, lr):
    replica = DistributedDataParallel(model)
    replica.register_comm_hook(None, _add_up)
    optimizer = torch.optim.SGD(replica.parameters(), lr=lr)
    for inputs, targets in batches:
        optimizer.zero_grad()
        samples = torch.tensor(float(len(inputs)))
        dist.all_reduce(samples)
        error = (replica(inputs) - targets).square().sum() / samples
        error.backward()
        optimizer.step()
