"""Printed isn't raised: the caller never learns that a checkpoint wasn't written. And Ctrl-C isn't an
`Exception`, so it passes over your restoring.
"""

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
                trained = [p.clone() for p in model.parameters()]
                for mean, p in zip(average, model.parameters()):
                    p.copy_(mean)
                try:
                    report(n, model)
                except Exception as problem:
                    print("the report failed:", problem)
                for before, p in zip(trained, model.parameters()):
                    p.copy_(before)
    return average
