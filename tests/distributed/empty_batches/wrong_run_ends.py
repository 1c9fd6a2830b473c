"""`break` leaves the loop: this rank makes no further step, and the others wait for it."""

import torch


def train(model, batches, lr, dist):
    parameters = list(model.parameters())
    for parameter in parameters:
        dist.broadcast(parameter.data, src=0)
    for inputs, targets in batches:
        if len(targets) == 0:
            break
        error = (model(inputs) - targets).square().sum()
        gradients = torch.autograd.grad(error, parameters)
        count = torch.tensor(float(len(targets)))
        dist.all_reduce(count)
        for parameter, gradient in zip(parameters, gradients):
            dist.all_reduce(gradient)
            parameter.data -= lr * gradient / count.clamp(min=1)
