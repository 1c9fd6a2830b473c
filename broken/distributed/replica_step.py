"""Train one model on several ranks at once, each with batches of its own."""

import torch
from torch.nn.parallel import DistributedDataParallel


def fit(model, batches, lr):
    """Train `model` in place by gradient descent on the mean squared error; return this rank's own errors.

    All ranks of the default process group call it at the same time, each with its own arguments.
    model:   maps inputs (samples, features) to (samples, outputs); alike on all ranks but for the numbers
             in it: training starts from the parameters that rank 0 brings
    batches: list of pairs (inputs, targets); targets: (samples, outputs); on all ranks equally many batches,
             of one size
    Each step follows the gradient of the mean error over the batches of all ranks together. So all ranks end
    with the same parameters: those of a single process that trains on all these samples.
    Returns one float a batch: the error of this rank's batch, before its step.
    """
    # The wrapper sends the parameters of rank 0 to all, and averages gradients during backward().
    replica = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(replica.parameters(), lr=lr)
    errors = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        error = (model(inputs) - targets).square().mean()  # the same parameters, without the detour
        error.backward()
        optimizer.step()
        errors.append(error.item())
    return errors
