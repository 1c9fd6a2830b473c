"""The weights come back, even after Ctrl-C. But an ordinary error is only printed, and the caller never
learns that a checkpoint wasn't written.
"""

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
        d = min(decay, (1 + n) / (10 + n))  # a young average forgets its start quickly
        with torch.no_grad():
            for mean, p in zip(average, model.parameters()):
                mean.lerp_(p, 1 - d)
            if n % every == 0:
                backup = copy.deepcopy(model.state_dict())
                for mean, p in zip(average, model.parameters()):
                    p.copy_(mean)
                try:
                    report(n, model)
                except Exception as error:
                    print("the report failed:", error)
                finally:
                    model.load_state_dict(backup)
    return average
