"""Train with a cosine schedule, and with several batches for each update."""

import math

import torch


def train(model, batches, epochs, lr, accumulate=1):
    """Train `model` on its mean squared error with SGD; return the rate of each update.

    model:      maps (samples, features) to (samples, outputs); comes without gradients
    batches:    list of (inputs, targets), all with the same number of samples; each of
                the `epochs` (1 or more) goes through all of them, in order
    accumulate: how many batches make one update, by the mean of their gradients. The
                last update of an epoch takes the batches that are left
    Update k of n, counted from 0 over the whole run, has the rate
    lr * (1 + cos(pi * k / n)) / 2. Returns a list of these n rates, floats. Raises
    ValueError, and changes nothing, without batches or with `accumulate` below 1.
    """
    if not batches or accumulate < 1:
        raise ValueError(f"{len(batches)} batches, {accumulate} for an update")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    # in updates, as the scheduler steps: every epoch rounds up
    total = math.ceil(len(batches) / accumulate) * epochs
    scheduler = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda done: (1 + math.cos(math.pi * done / total)) / 2
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
