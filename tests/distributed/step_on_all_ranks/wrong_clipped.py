"""Clipping limits the length of a gradient, and the sum has to be divided. A short sum stays a sum, and a
long gradient is cut even where it's right.
"""

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
            dist.all_reduce(parameter.grad)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        total = error.detach().clone()
        dist.all_reduce(total)
        errors.append(total.item() / size)
    return errors
