"""The wrapper already takes the mean over the ranks, and this divides by their number again. The ranks agree,
but the more ranks there are, the smaller each step is."""

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel


def fit(model, batches, lr):
    replica = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(replica.parameters(), lr=lr)  # the model's own: there are no copies
    errors = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        error = (replica(inputs) - targets).square().mean()
        (error / dist.get_world_size()).backward()
        optimizer.step()
        errors.append(error.item())
    return errors
