"""A rank without samples sends its zeros and then leaves the step out. From then on it has other
parameters than the others: it should take the step as well.
"""

import torch


def train(model, batches, lr, dist):
    parameters = list(model.parameters())
    for parameter in parameters:
        dist.broadcast(parameter.data, src=0)
    for inputs, targets in batches:
        if len(targets) == 0:
            dist.all_reduce(torch.tensor(0.0))
            for parameter in parameters:
                dist.all_reduce(torch.zeros_like(parameter))
            continue
        error = (model(inputs) - targets).square().sum()
        gradients = torch.autograd.grad(error, parameters)
        count = torch.tensor(float(len(targets)))
        dist.all_reduce(count)
        for parameter, gradient in zip(parameters, gradients):
            dist.all_reduce(gradient)
            parameter.data -= lr * gradient / count.clamp(min=1)
