"""The lowest score is right. But you return the average as it is at the end, and not the one that has this
score.
"""

import copy

import torch


def train(model, batches, lr, decay, validate):
    average = copy.deepcopy(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    lowest = float("inf")
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
            lowest = score
    return average, lowest
