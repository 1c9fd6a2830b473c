"""The report gets a copy that holds the average, and the model is never touched."""

import copy

import torch


def train(model, batches, lr, decay, every, report):
    average = [p.detach().clone() for p in model.parameters()]
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    for n, (inputs, targets) in enumerate(batches, start=1):
        loss = (model(inputs) - targets).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        d = min(decay, (1 + n) / (10 + n))
        with torch.no_grad():
            for mean, p in zip(average, model.parameters()):
                mean.lerp_(p, 1 - d)
        if n % every == 0:
            shown = copy.deepcopy(model)
            with torch.no_grad():
                for mean, p in zip(average, shown.parameters()):
                    p.copy_(mean)
                report(n, shown)
    return average
