"""All ranks meet at the barrier, and then one of them skips all the same. The others wait for it in the
next reduction.
"""

import torch


def train(model, batches, lr, dist):
    parameters = list(model.parameters())
    for parameter in parameters:
        dist.broadcast(parameter.data, src=0)
    for inputs, targets in batches:
        dist.barrier()
        if len(targets) == 0:
            continue
        error = (model(inputs) - targets).square().sum()
        gradients = torch.autograd.grad(error, parameters)
        count = torch.tensor(float(len(targets)))
        dist.all_reduce(count)
        for parameter, gradient in zip(parameters, gradients):
            dist.all_reduce(gradient)
            parameter.data -= lr * gradient / count.clamp(min=1)
