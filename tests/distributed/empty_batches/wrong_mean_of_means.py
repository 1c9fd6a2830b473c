"""You average the ranks' means. A sample on a rank with few counts for more than one on a rank with many, and
a rank without any drags the average down.
"""

import torch


def train(model, batches, lr, dist):
    parameters = list(model.parameters())
    for parameter in parameters:
        dist.broadcast(parameter.data, src=0)
    for inputs, targets in batches:
        error = (model(inputs) - targets).square().mean()
        gradients = torch.autograd.grad(error, parameters)
        count = torch.tensor(float(len(targets)))
        dist.all_reduce(count)
        ranks = torch.tensor(1.0)
        dist.all_reduce(ranks)
        for parameter, gradient in zip(parameters, gradients):
            dist.all_reduce(gradient)
            parameter.data -= lr * gradient / ranks
