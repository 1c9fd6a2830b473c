"""The weights come back after the report, but the model stays in eval mode. From the first report on it
trains without dropout, and batch norm no longer looks at the batch."""

import torch


def train(model, batches, lr, decay, every, report):
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
                backup = [p.clone() for p in model.parameters()]
                try:
                    for mean, p in zip(average, model.parameters()):
                        p.copy_(mean)
                    report(n, model.eval())
                finally:
                    for old, p in zip(backup, model.parameters()):
                        p.copy_(old)
    return average
