"""Train a model, and show its averaged weights from time to time."""

import torch


def train(model, batches, lr, decay, every, report):
    """Take one step of gradient descent with momentum 0.5 per batch; return the averaged weights.

    model:   maps (n, features) to (n, 1); its parameters are trained in place
    batches: list of (inputs, targets), (n, features) and (n, 1)
    decay:   of the average, which starts as the initial weights. After step n = 1, 2, … it
             becomes d * average + (1 - d) * weights, with d = min(decay, (1 + n) / (10 + n))
    every:   after every so many steps, `report(n, m)` is called: m is a model like `model`,
             with the averaged weights. It may evaluate or save m; it doesn't train m or change its mode

    Reports only look on: how often they are made, and whether they raise, changes neither the
    weights of `model` nor the average. What `report` raises goes through to the caller.
    Returns a list of tensors, in the order of `model.parameters()`, that need no gradient.
    """
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
                trained = [p.clone() for p in model.parameters()]  # training goes on from here
                try:
                    for mean, p in zip(average, model.parameters()):
                        p.copy_(mean)
                    report(n, model)
                finally:
                    for before, p in zip(trained, model.parameters()):
                        p.copy_(before)
    return average
