"""Train one model on several ranks at once, each with its own batches."""

import torch
from torch.nn.parallel import DistributedDataParallel


def fit(model, batches, lr):
    """Train `model` in place by gradient descent on the mean squared error; return this rank's own errors.

    All ranks of the default process group call it at the same time, each with its own arguments.
    model:   maps inputs (samples, features) to (samples, outputs); the same architecture on all ranks.
             Training starts from rank 0's parameters
    batches: list of pairs (inputs, targets); targets: (samples, outputs). All ranks have the same number of
             batches, and all batches have the same size
    Each step follows the gradient of the mean error over the batches of all ranks together. So all ranks end
    with the same parameters: those of a single process that trains on all these samples.
    Returns one float per batch: the error of this rank's batch, before its step.
    """
    # The wrapper sends the parameters of rank 0 to all ranks, and averages gradients in backward().
    replica = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(replica.parameters(), lr=lr)  # the model's own: there are no copies
    errors = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        # Through the wrapper: its forward pass sets up the averaging in the backward pass.
        error = (replica(inputs) - targets).square().mean()
        error.backward()
        optimizer.step()
        errors.append(error.item())
    return errors
