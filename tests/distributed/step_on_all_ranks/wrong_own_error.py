"""The step is right. But each rank writes down the error of its own samples."""

import torch
import torch.distributed as dist


def fit(model, batches, lr, decay=0.0):
    size = dist.get_world_size()
    for parameter in model.parameters():
        dist.broadcast(parameter.data, src=0)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, weight_decay=decay)
    errors = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        error.backward()
        for parameter in model.parameters():
            parameter.grad /= size
            dist.all_reduce(parameter.grad)
        optimizer.step()
        errors.append(error.item())
    return errors
