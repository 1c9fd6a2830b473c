"""The count and all gradients travel in one vector, from every rank."""

import torch


def train(model, batches, lr, dist):
    parameters = list(model.parameters())
    for parameter in parameters:
        dist.broadcast(parameter.data, src=0)
    for inputs, targets in batches:
        error = (model(inputs) - targets).square().sum()
        gradients = torch.autograd.grad(error, parameters)
        sums = torch.cat([gradient.flatten() for gradient in gradients])
        sums = torch.cat([sums, sums.new_tensor([len(targets)])])
        dist.all_reduce(sums)
        steps = lr * sums[:-1] / sums[-1].clamp(min=1)
        parts = steps.split([parameter.numel() for parameter in parameters])
        for parameter, part in zip(parameters, parts):
            parameter.data -= part.view_as(parameter)
