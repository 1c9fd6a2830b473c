"""The root is a rule for larger batches with Adam. Here the gradient is a sum that should be a mean, so
it's the number itself that divides it.
"""

import torch
import torch.distributed as dist


def fit(model, batches, lr, decay=0.0):
    size = dist.get_world_size()
    for parameter in model.parameters():
        dist.broadcast(parameter.data, src=0)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr / size**0.5, weight_decay=decay)
    errors = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        error.backward()
        for parameter in model.parameters():
            dist.all_reduce(parameter.grad)
        optimizer.step()
        total = error.detach().clone()
        dist.all_reduce(total)
        errors.append(total.item() / size)
    return errors
