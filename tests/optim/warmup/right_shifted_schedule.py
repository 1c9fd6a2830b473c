"""The schedule is written for a scheduler that is called before each step: it starts one step before the
first."""

import torch


def train(model, batches, peak, warmup):
    if not 1 <= warmup <= len(batches):
        raise ValueError(f"a warmup of {warmup} steps does not fit {len(batches)} batches")
    optimizer = torch.optim.SGD(model.parameters(), lr=peak)
    fall = len(batches) - warmup + 1
    scheduler = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda k: min(k / warmup, (len(batches) - k + 1) / fall)
    )
    log = []
    for inputs, targets in batches:
        scheduler.step()
        optimizer.zero_grad()
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        error.backward()
        optimizer.step()
        log.append((error.item(), scheduler.get_last_lr()[0]))
    return log
