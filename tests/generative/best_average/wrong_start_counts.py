"""You judge the average before the first step, too. Only those after a step count, and without batches
there's none.
"""

import copy

import torch


def train(model, batches, lr, decay, validate):
    average = copy.deepcopy(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    best, lowest = copy.deepcopy(average), validate(average)
    for inputs, targets in batches:
        loss = (model(inputs) - targets).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for mean, p in zip(average.parameters(), model.parameters()):
                mean.lerp_(p, 1 - decay)
        score = validate(average)
        if score < lowest:
            best, lowest = copy.deepcopy(average), score
    return best, lowest
