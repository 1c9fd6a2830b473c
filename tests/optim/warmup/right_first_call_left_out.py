"""The scheduler isn't called before the first step, whose rate it has already set."""

import torch


def train(model, batches, peak, warmup):
    if not 1 <= warmup <= len(batches):
        raise ValueError(f"a warmup of {warmup} steps does not fit {len(batches)} batches")
    optimizer = torch.optim.SGD(model.parameters(), lr=peak)
    fall = len(batches) - warmup + 1
    scheduler = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda done: min((done + 1) / warmup, (len(batches) - done) / fall)
    )
    log = []
    for k, (inputs, targets) in enumerate(batches):
        if k > 0:
            scheduler.step()
        optimizer.zero_grad()
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        error.backward()
        optimizer.step()
        log.append((error.item(), scheduler.get_last_lr()[0]))
    return log
