"""The average lives in a copy of the model, so training is left alone. But nothing else in the copy moves
along, such as the statistics of a batch norm, and what you return still requires a gradient.
"""

import copy

import torch


def train(model, batches, lr, decay, every, report):
    averaged = copy.deepcopy(model)
    average = list(averaged.parameters())
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    for n, (inputs, targets) in enumerate(batches, start=1):
        loss = (model(inputs) - targets).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        d = min(decay, (1 + n) / (10 + n))  # a young average forgets its start quickly
        with torch.no_grad():
            for mean, p in zip(average, model.parameters()):
                mean.lerp_(p, 1 - d)
            if n % every == 0:
                report(n, averaged)
    return average
