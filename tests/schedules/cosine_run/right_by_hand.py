"""No scheduler: the rate of each update is set from its number."""

import math

import torch


def train(model, batches, epochs, lr, accumulate=1):
    if not batches or accumulate < 1:
        raise ValueError(f"{len(batches)} batches, {accumulate} for an update")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)

    total = math.ceil(len(batches) / accumulate) * epochs
    rates = []
    for _ in range(epochs):
        for k, (inputs, targets) in enumerate(batches):
            first = k - k % accumulate
            share = min(accumulate, len(batches) - first)
            loss = torch.nn.functional.mse_loss(model(inputs), targets)
            (loss / share).backward()
            if k + 1 == first + share:
                rate = lr * (1 + math.cos(math.pi * len(rates) / total)) / 2
                optimizer.param_groups[0]["lr"] = rate
                optimizer.step()
                optimizer.zero_grad()
                rates.append(rate)
    return rates
