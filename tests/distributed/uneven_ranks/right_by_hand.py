"""No wrapper: gradients of sums, and the number of samples, are added up over the ranks by hand."""

import torch
import torch.distributed as dist


def fit(model, batches, lr):
    for parameter in model.parameters():
        dist.broadcast(parameter.data, src=0)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for inputs, targets in batches:
        optimizer.zero_grad()
        samples = torch.tensor(float(len(inputs)))
        dist.all_reduce(samples)
        error = (model(inputs) - targets).square().sum()
        error.backward()
        for parameter in model.parameters():
            dist.all_reduce(parameter.grad)
            parameter.grad /= samples
        optimizer.step()
