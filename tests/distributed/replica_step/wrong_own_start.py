"""The gradients are averaged, so all ranks take the same steps. But nobody has sent them rank 0's parameters:
they start from different places and stay apart."""

import torch
import torch.distributed as dist


def fit(model, batches, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    errors = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        error = (model(inputs) - targets).square().mean()
        error.backward()
        for parameter in model.parameters():
            dist.all_reduce(parameter.grad)
            parameter.grad /= dist.get_world_size()
        optimizer.step()
        errors.append(error.item())
    return errors
