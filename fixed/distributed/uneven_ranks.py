"""Train one model on several ranks at once, whose batches differ in size."""

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel


def fit(model, batches, lr):
    """Train `model` in place by gradient descent on the mean squared error; return nothing.

    All ranks of the default process group call it at the same time, each with its own arguments.
    model:   maps inputs (samples, features) to (samples, 1); alike on all ranks but for the numbers in it:
             training starts from the parameters that rank 0 brings
    batches: list of pairs (inputs, targets); targets: (samples, 1); on all ranks equally many batches. Each
             has a sample, and their sizes may differ, from rank to rank and from step to step
    Each step follows the gradient of the mean error over the samples of all ranks together, on whichever
    rank a sample is. So all ranks end with the parameters of a single process that has all these samples.
    """
    replica = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(replica.parameters(), lr=lr)
    for inputs, targets in batches:
        optimizer.zero_grad()
        samples = torch.tensor(float(len(inputs)), device=inputs.device)
        dist.all_reduce(samples)
        # A sum over all samples, divided by their number; `world` undoes the wrapper's division by ranks.
        world = dist.get_world_size()
        error = (replica(inputs) - targets).square().sum() * world / samples
        error.backward()
        optimizer.step()
