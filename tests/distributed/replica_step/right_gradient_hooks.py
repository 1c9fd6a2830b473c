"""A hook on each parameter averages its gradient as soon as it's there."""

import torch
import torch.distributed as dist


def _average(parameter):
    dist.all_reduce(parameter.grad)
    parameter.grad /= dist.get_world_size()


def fit(model, batches, lr):
    for parameter in model.parameters():
        dist.broadcast(parameter.data, src=0)
        parameter.register_post_accumulate_grad_hook(_average)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    errors = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        error = (model(inputs) - targets).square().mean()
        error.backward()
        optimizer.step()
        errors.append(error.item())
    return errors
