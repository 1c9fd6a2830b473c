"""You count the batches of the run and divide. But every epoch ends with an update of its own, so the two
counts drift apart.
"""

import math

import torch


def train(model, batches, epochs, lr, accumulate=1):
    if not batches or accumulate < 1:
        raise ValueError(f"{len(batches)} batches, {accumulate} for an update")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    total = math.ceil(len(batches) / accumulate) * epochs
    scheduler = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda done: (1 + math.cos(math.pi * (done // accumulate) / total)) / 2
    )
    rates = []
    for _ in range(epochs):
        for k, (inputs, targets) in enumerate(batches):
            first = k - k % accumulate  # of this update's batches
            share = min(accumulate, len(batches) - first)
            loss = torch.nn.functional.mse_loss(model(inputs), targets)
            (loss / share).backward()
            if k + 1 == first + share:
                optimizer.step()
                optimizer.zero_grad()
                rates.append(scheduler.get_last_lr()[0])
            scheduler.step()
    return rates
