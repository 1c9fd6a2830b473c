"""Train with a learning rate that warms up to its peak and then falls, linearly both times."""

import torch


def train(model, batches, peak, warmup):
    """Train `model` on its mean squared error with plain SGD, one step per batch; return the log.

    model:   module that maps inputs (samples, features) to (samples, outputs); all its parameters take part
             and come without gradients
    batches: list of (inputs, targets), one for each step
    peak:    the largest learning rate
    warmup:  in which step the peak is reached, from 1 up to the number of batches

    Step k, counted from 1, uses the learning rate peak * k / warmup until the peak is reached. Then the rate
    falls by the same amount in every step, and would be 0 in the step behind the last.
    Returns a list of (error before the step, learning rate of the step), two floats for each batch.
    Raises ValueError, and changes nothing, when there is no batch or `warmup` is out of range.
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
        scheduler.step()  # sets the rate of the next step; that of the first was set when it was built
    return log
