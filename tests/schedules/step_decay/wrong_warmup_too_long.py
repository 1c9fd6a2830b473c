"""The drops are right, but you've changed the warmup too. At step `warmup` the rate has its full size
already.
"""

import torch
from torch.optim.lr_scheduler import LinearLR, StepLR


def train(model, batches, epochs, lr, warmup, patience, gamma=0.5):
    if warmup < 1 or patience < 1:
        raise ValueError(f"a warmup of {warmup} steps, a drop every {patience} epochs")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    # Both multiply the rate that they find, so they can share the optimizer.
    warm = LinearLR(optimizer, start_factor=1 / warmup, total_iters=warmup)
    drop = StepLR(optimizer, step_size=patience, gamma=gamma)
    rates = []
    for _ in range(epochs):
        for inputs, targets in batches:
            loss = torch.nn.functional.mse_loss(model(inputs), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            rates.append(optimizer.param_groups[0]["lr"])
            warm.step()
        drop.step()
    return rates
