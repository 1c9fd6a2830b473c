"""The batches are put together first, and the run is as long as there are windows."""

import torch


def train(model, batches, epochs, lr, accumulate=1):
    if not batches or accumulate < 1:
        raise ValueError(f"{len(batches)} batches, and {accumulate} of them for an update")
    windows = [batches[k : k + accumulate] for k in range(0, len(batches), accumulate)]
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    length = max(1, len(windows) * epochs)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=length)
    rates = []
    for window in windows * epochs:
        optimizer.zero_grad()
        for inputs, targets in window:
            loss = torch.nn.functional.mse_loss(model(inputs), targets)
            (loss / len(window)).backward()
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates
