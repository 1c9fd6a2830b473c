"""Train with a warmup, and with a learning rate that drops every few epochs."""

import torch
from torch.optim.lr_scheduler import LinearLR, StepLR


def train(model, batches, epochs, lr, warmup, patience, gamma=0.5):
    """Train `model` on its mean squared error, one step per batch; return the rates.

    model:    maps (samples, features) to (samples, outputs); comes without gradients
    batches:  list of (inputs, targets); each of the `epochs` goes through all of them
    warmup:   at step k of the run, counted from 1, the rate is multiplied by
              k / warmup while k is below `warmup`, which is 1 or more
    patience: after every `patience` epochs, 1 or more, it's multiplied by `gamma`
    Both factors apply to `lr`. Returns a list with the rate of each step, floats.
    Raises ValueError, and changes nothing, if `warmup` or `patience` is below 1.
    """
    if warmup < 1 or patience < 1:
        raise ValueError(f"a warmup of {warmup} steps, a drop every {patience} epochs")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    # Both multiply the rate that they find, so they can share the optimizer.
    warm = LinearLR(optimizer, start_factor=1 / warmup, total_iters=warmup - 1)
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
