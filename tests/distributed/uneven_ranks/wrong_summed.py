"""Every sample counts alike, but nobody divides by their number: the more samples there are, the larger is
the step."""

import torch
from torch.nn.parallel import DistributedDataParallel


def fit(model, batches, lr):
    replica = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(replica.parameters(), lr=lr)
    for inputs, targets in batches:
        optimizer.zero_grad()
        error = (replica(inputs) - targets).square().sum()
        error.backward()
        optimizer.step()
