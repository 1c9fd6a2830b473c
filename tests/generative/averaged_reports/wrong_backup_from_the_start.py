"""The backup is as old as the training. Each report brings back the initial weights, and the steps until
then are lost.
"""

import copy

import torch


def train(model, batches, lr, decay, every, report):
    average = [p.detach().clone() for p in model.parameters()]
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    backup = copy.deepcopy(model.state_dict())
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
                for mean, p in zip(average, model.parameters()):
                    p.copy_(mean)
                try:
                    report(n, model)
                finally:
                    model.load_state_dict(backup)
    return average
