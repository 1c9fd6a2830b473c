"""Train one model on several ranks; in some steps a rank has no sample at all."""

import torch


def train(model, batches, lr, dist):
    """Train `model` in place by gradient descent on its squared error; return nothing.

    All ranks call it at the same time, each with its own arguments.
    model:   maps (samples, features) to (samples, 1); the same architecture on all
             ranks. Training starts from rank 0's parameters
    batches: list of (inputs, targets), with any number of samples, or with none; on all
             ranks the same number of batches
    dist:    torch.distributed, or what stands in for it
    Each step follows the gradient of the mean over the samples of all ranks, whichever
    rank they are on, so all ranks end with the same parameters. In a step in which no
    rank has a sample, nothing changes.
    """
    parameters = list(model.parameters())
    for parameter in parameters:
        dist.broadcast(parameter.data, src=0)
    for inputs, targets in batches:
        # without samples too: this rank adds zeros to the sums, but it makes its calls
        error = (model(inputs) - targets).square().sum()
        gradients = torch.autograd.grad(error, parameters)
        count = torch.tensor(float(len(targets)))
        dist.all_reduce(count)
        for parameter, gradient in zip(parameters, gradients):
            dist.all_reduce(gradient)
            parameter.data -= lr * gradient / count.clamp(min=1)
