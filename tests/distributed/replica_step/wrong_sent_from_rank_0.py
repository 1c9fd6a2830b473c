"""After each step, rank 0's parameters are sent to all ranks. They agree now, but only rank 0's data has
trained them. What the other ranks learned is overwritten."""

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
        for parameter in model.parameters():
            dist.broadcast(parameter.data, src=0)
        errors.append(error.item())
    return errors
