"""The steps follow the sum of the ranks' gradients instead of their mean. The ranks agree, but the more ranks
there are, the larger each step is."""

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
