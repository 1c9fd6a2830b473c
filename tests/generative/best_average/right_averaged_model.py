"""torch's own AveragedModel keeps the average, and its module is judged and kept."""

import copy

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn


def train(model, batches, lr, decay, validate):
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(decay))
    average.update_parameters(model)  # the first one copies: the average starts as the initial weights
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    best, lowest = None, float("inf")
    for inputs, targets in batches:
        loss = (model(inputs) - targets).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        average.update_parameters(model)
        score = validate(average.module)
        if score < lowest:
            best, lowest = copy.deepcopy(average.module), score
    return best, lowest
