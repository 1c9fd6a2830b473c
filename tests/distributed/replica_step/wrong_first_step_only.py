"""Use the wrapper in every step, not just once to set it up. Here it averages the gradients of the first
step, and from the second step on each rank follows its own."""

import torch
from torch.nn.parallel import DistributedDataParallel


def fit(model, batches, lr):
    replica = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(replica.parameters(), lr=lr)  # the model's own: there are no copies
    errors = []
    for step, (inputs, targets) in enumerate(batches):
        optimizer.zero_grad()
        error = ((replica if step == 0 else model)(inputs) - targets).square().mean()
        error.backward()
        optimizer.step()
        errors.append(error.item())
    return errors
