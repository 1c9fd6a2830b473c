"""Nobody waits any more, since all skip a step in which one of them has no samples. But the others' samples
in that step are lost.
"""

import torch


def train(model, batches, lr, dist):
    parameters = list(model.parameters())
    for parameter in parameters:
        dist.broadcast(parameter.data, src=0)
    for inputs, targets in batches:
        empty = torch.tensor(float(len(targets) == 0))
        dist.all_reduce(empty)
        if empty > 0:
            continue
        error = (model(inputs) - targets).square().sum()
        gradients = torch.autograd.grad(error, parameters)
        count = torch.tensor(float(len(targets)))
        dist.all_reduce(count)
        for parameter, gradient in zip(parameters, gradients):
            dist.all_reduce(gradient)
            parameter.data -= lr * gradient / count.clamp(min=1)
