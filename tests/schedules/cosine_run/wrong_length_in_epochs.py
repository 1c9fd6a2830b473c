"""`T_max` counts calls of `step()`, and those are updates. You give it epochs."""

import torch


def train(model, batches, epochs, lr, accumulate=1):
    if not batches or accumulate < 1:
        raise ValueError(f"{len(batches)} batches, {accumulate} for an update")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=epochs)
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
