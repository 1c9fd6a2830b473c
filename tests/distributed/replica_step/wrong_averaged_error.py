"""This averages the number in the log. The gradients are still each rank's own, so the parameters drift
apart, and now the log hides it."""

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel


def fit(model, batches, lr):
    replica = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(replica.parameters(), lr=lr)  # the model's own: there are no copies
    errors = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        error = (model(inputs) - targets).square().mean()
        error.backward()
        optimizer.step()
        mean = error.detach()
        dist.all_reduce(mean)
        errors.append(mean.item() / dist.get_world_size())
    return errors
