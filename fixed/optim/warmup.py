"""Train with a learning rate that rises to its peak and then falls, both linearly."""

import torch


def train(model, batches, peak, warmup):
    """Train `model` on its mean squared error with plain SGD, one step per batch; return the log.

    model:   module that maps inputs (samples, features) to (samples, outputs); all its parameters train
             and come without gradients
    batches: list of (inputs, targets), one for each step
    peak:    the largest learning rate
    warmup:  the step that has the peak rate, from 1 to the number of batches

    Step k, counted from 1, uses the learning rate peak * k / warmup until the peak is reached. Then the rate
    falls by the same amount in every step, so that it would be 0 one step after the last.
    Returns a list of (error before the step, learning rate of the step), two floats for each batch.
    Raises ValueError, and changes nothing, if there is no batch or `warmup` is out of range.
    """
    if not 1 <= warmup <= len(batches):
        raise ValueError(f"a warmup of {warmup} steps does not fit {len(batches)} batches")
    optimizer = torch.optim.SGD(model.parameters(), lr=peak)
    fall = len(batches) - warmup + 1
    scheduler = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda done: min((done + 1) / warmup, (len(batches) - done) / fall)
    )
    log = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        error.backward()
        optimizer.step()
        log.append((error.item(), scheduler.get_last_lr()[0]))
        scheduler.step()  # the rate of the next step; the first was set above
    return log
