"""p.data = mean makes the parameter and the average one tensor, so the copy back goes into both."""

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
                    p.data = mean
                try:
                    report(n, model)
                finally:
                    for before, p in zip(trained, model.parameters()):
                        p.copy_(before)
    return average
