"""Train one model on several ranks, with as many samples on each."""

import torch
import torch.distributed as dist


def fit(model, batches, lr, decay=0.0):
    """Train `model` in place on its mean squared error, as one process would.

    All ranks of the default process group call it at the same time, each with its own
    arguments.
    model:   maps (samples, features) to (samples, 1); the same architecture on all
             ranks. Training starts from rank 0's parameters
    batches: list of (inputs, targets); targets: (samples, 1). On all ranks the same
             number of batches, of the same size
    Each step moves every parameter by -lr * (gradient + decay * parameter), where the
    gradient is that of the mean error over the samples of all ranks.
    Returns a list with that mean error before each step, floats, the same on all ranks.
    """
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
            parameter.grad /= size  # the mean of means: all_reduce only adds them up
        optimizer.step()
        total = error.detach().clone()
        dist.all_reduce(total)
        errors.append(total.item() / size)
    return errors
