"""The last update has the rate 0 here, so its batches are wasted. The promise is a rate for each of the n
updates; 0 would only come after the last.
"""

import math

import torch


def train(model, batches, epochs, lr, accumulate=1):
    if not batches or accumulate < 1:
        raise ValueError(f"{len(batches)} batches, {accumulate} for an update")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)

    total = max(1, math.ceil(len(batches) / accumulate) * epochs - 1)
    scheduler = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda done: (1 + math.cos(math.pi * done / total)) / 2
    )
    rates = []
    for _ in range(epochs):
        for k, (inputs, targets) in enumerate(batches):
            first = k - k % accumulate
            share = min(accumulate, len(batches) - first)
            loss = torch.nn.functional.mse_loss(model(inputs), targets)
            (loss / share).backward()
            if k + 1 == first + share:
                optimizer.step()
                optimizer.zero_grad()
                rates.append(scheduler.get_last_lr()[0])
                scheduler.step()
    return rates
