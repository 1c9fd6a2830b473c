"""The model is left alone now, but the report sees the trained weights. The average is kept for
nothing.
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
                report(n, model)
    return average
