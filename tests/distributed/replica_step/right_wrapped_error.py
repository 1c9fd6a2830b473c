"""A module that computes the error is wrapped, so the error is the wrapper's output."""

import torch
from torch.nn.parallel import DistributedDataParallel


class _Error(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, inputs, targets):
        return (self.model(inputs) - targets).square().mean()


def fit(model, batches, lr):
    replica = DistributedDataParallel(_Error(model))
    optimizer = torch.optim.SGD(replica.parameters(), lr=lr)  # the model's own: there are no copies
    errors = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        error = replica(inputs, targets)
        error.backward()
        optimizer.step()
        errors.append(error.item())
    return errors
