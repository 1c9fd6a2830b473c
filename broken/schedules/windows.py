"""Train on a stream of batches, several of them for each update."""

from torch.nn.functional import mse_loss


def train(model, optimizer, epochs, accumulate):
    """Train `model` on its mean squared error; return the number of updates.

    model:      maps (samples, features) to (samples, outputs)
    optimizer:  over its parameters; gradients from before the call are not used
    epochs:     list of epochs; each is an iterator of (inputs, targets) whose length
                nobody knows, with one sample or more in every batch
    accumulate: how many batches make one update, 1 or more. If an epoch ends with
                fewer, these make an update of their own
    Each update follows the gradient of the mean over all numbers in the targets of its
    batches. Only one batch goes through the model at a time. No gradient is left after
    the call.
    """
    updates = 0
    for batches in epochs:
        optimizer.zero_grad()
        waiting = samples = 0
        for inputs, targets in batches:
            error = mse_loss(model(inputs), targets, reduction="sum")
            error.backward()
            waiting, samples = waiting + 1, samples + targets.numel()
            if waiting == accumulate:
                updates += update(model, optimizer, samples)
                waiting = samples = 0
    optimizer.zero_grad()
    return updates


def update(model, optimizer, samples):
    """Take a step with the accumulated gradient of a sum, made that of a mean; return 1.

    samples: how many numbers the sum was over. Clears the gradients afterwards.
    """
    for parameter in model.parameters():
        if parameter.grad is not None:
            parameter.grad /= samples
    optimizer.step()
    optimizer.zero_grad()
    return 1
