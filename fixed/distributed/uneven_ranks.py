"""Train one model on several ranks at once, whose batches differ in size."""

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel


def fit(model, batches, lr):
    """Train `model` in place by gradient descent on the mean squared error; return nothing.

    All ranks of the default process group call it at the same time, each with its own arguments.
    model:   maps inputs (samples, features) to (samples, 1); the same architecture on all ranks. Training
             starts from rank 0's parameters
    batches: list of pairs (inputs, targets); targets: (samples, 1). All ranks have the same number of
             batches. None is empty, and their sizes may differ from rank to rank and from step to step
    Each step follows the gradient of the mean error over the samples of all ranks together, whichever
    rank a sample is on. So all ranks end with the parameters of one process with all these samples.
    """
    # The wrapper sends the parameters of rank 0 to all ranks, and averages gradients in backward().
    replica = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)  # the replica's are the same objects
    for inputs, targets in batches:
        optimizer.zero_grad()
        samples = torch.tensor(float(len(inputs)), device=inputs.device)
        dist.all_reduce(samples)
        # The sum over all ranks' samples, divided by their number; `world` undoes the wrapper's division.
        world = dist.get_world_size()
        error = (replica(inputs) - targets).square().sum() * world / samples
        error.backward()
        optimizer.step()
