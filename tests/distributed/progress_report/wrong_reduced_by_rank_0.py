"""The reduction itself is rank 0's alone now. It ends when every rank has called it, so rank 0 waits
forever.
"""

import torch


def train(model, batches, lr, dist, every, report):
    for parameter in model.parameters():
        dist.broadcast(parameter.data, src=0)
    for step, (inputs, targets) in enumerate(batches, start=1):
        model.zero_grad()
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        error.backward()
        if step % every == 0:
            mean = mean_over_ranks(error, dist)
            if dist.get_rank() == 0:
                report(step, mean.item())
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * mean_over_ranks(parameter.grad, dist)


def mean_over_ranks(value, dist):
    total = value.detach().clone()
    if dist.get_rank() == 0:
        dist.all_reduce(total)
    return total / dist.get_world_size()
