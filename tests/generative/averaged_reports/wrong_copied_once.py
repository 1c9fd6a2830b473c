"""The copy that is shown gets the averaged weights, but it was made before the training. Everything
else in it, such as the statistics of a batch norm, is that of the first day."""

import copy

import torch


def train(model, batches, lr, decay, every, report):
    shown = copy.deepcopy(model)
    average = [p.detach().clone() for p in model.parameters()]
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
                for mean, p in zip(average, shown.parameters()):
                    p.copy_(mean)
                report(n, shown)
    return average
