"""The mean over a rank's samples has been taken already. What's left to divide by is the number of ranks."""

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
            parameter.grad /= len(targets)
        optimizer.step()
        total = error.detach().clone()
        dist.all_reduce(total)
        errors.append(total.item() / size)
    return errors
