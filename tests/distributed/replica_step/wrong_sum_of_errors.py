"""The wrapper makes the predictions, which is right. But the error is a sum now, and the docstring has
the mean.
"""

import torch
from torch.nn.parallel import DistributedDataParallel


def fit(model, batches, lr):
    # The wrapper sends the parameters of rank 0 to all ranks, and averages gradients in backward().
    replica = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(replica.parameters(), lr=lr)  # the model's own: there are no copies
    errors = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        error = (replica(inputs) - targets).square().sum()
        error.backward()
        optimizer.step()
        errors.append(error.item())
    return errors
