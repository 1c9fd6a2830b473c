"""The steps follow the sum of the ranks' gradients, and not their mean: the ranks agree, but each step is
larger the more ranks there are."""

import torch
import torch.distributed as dist


def fit(model, batches, lr):
    for parameter in model.parameters():
        dist.broadcast(parameter.data, src=0)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    errors = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        error = (model(inputs) - targets).square().mean()
        error.backward()
        for parameter in model.parameters():
            dist.all_reduce(parameter.grad)
        optimizer.step()
        errors.append(error.item())
    return errors
