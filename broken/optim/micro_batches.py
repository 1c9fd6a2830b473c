"""One optimizer step on a batch that is too large for one pass."""

import torch


def train_step(model, optimizer, micro_batches):
    """Take one step of `optimizer` on the mean squared error of the whole batch; return that error.

    model:         maps (n, features) to (n, 1), each sample by itself (so no batch norm, no dropout)
    optimizer:     over the parameters of `model`; gradients from before the call are not used
    micro_batches: list of (inputs, targets), (n, features) and (n, 1) with n of 1 or more, which may
                   differ. They go through the model one at a time, and what a pass saves for
                   `backward()` is freed before the next

    The gradient of the step is that of the mean over all samples, however the batch was cut.
    Raises ValueError if there is no micro-batch, or an empty one; the model then stays as it was.
    """
    if not micro_batches or any(len(targets) == 0 for _, targets in micro_batches):
        raise ValueError("there is no micro-batch, or one without samples")
    samples = sum(len(targets) for _, targets in micro_batches)
    optimizer.zero_grad()
    total = 0.0
    for inputs, targets in micro_batches:
        loss = torch.nn.functional.mse_loss(model(inputs), targets)
        loss.backward()
        total += loss.item() * len(targets)
    optimizer.step()
    return total / samples
