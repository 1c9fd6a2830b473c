"""One optimizer step on a batch that is too large to go through the model at once."""

import torch


def train_step(model, optimizer, micro_batches):
    """Take one step of `optimizer` on the mean squared error of the whole batch; return that error.

    model:         module that maps (n, features) to (n, 1)
    optimizer:     over the parameters of `model`; gradients left from earlier are not used
    micro_batches: list of (inputs, targets), (n, features) and (n, 1) with n of 1 or more, of any sizes. They
                   go through the model one after the other, each one's graph gone before the next

    The gradient of the step is that of the mean over all samples, however the batch was cut.
    Raises ValueError when there is no micro-batch, or one that is empty; the model then stays as it was.
    """
    if not micro_batches or any(len(targets) == 0 for _, targets in micro_batches):
        raise ValueError("there is no micro-batch, or one without samples")
    samples = sum(len(targets) for _, targets in micro_batches)
    optimizer.zero_grad()
    total = 0.0
    for inputs, targets in micro_batches:
        loss = torch.nn.functional.mse_loss(model(inputs), targets)
        (loss * len(targets) / samples).backward()  # gradients add up: each brings its share of the mean
        total += loss.item() * len(targets)
    optimizer.step()
    return total / samples
