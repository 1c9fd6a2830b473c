"""All ranks count first, and all skip together if nobody has a sample."""

import torch


def train(model, batches, lr, dist):
    parameters = list(model.parameters())
    for parameter in parameters:
        dist.broadcast(parameter.data, src=0)
    for inputs, targets in batches:
        count = torch.tensor(float(len(targets)))
        dist.all_reduce(count)
        if count == 0:
            continue
        error = (model(inputs) - targets).square().sum()
        gradients = torch.autograd.grad(error, parameters)
        for parameter, gradient in zip(parameters, gradients):
            dist.all_reduce(gradient)
            parameter.data -= lr * gradient / count
