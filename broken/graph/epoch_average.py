"""One epoch of training, with the average error for the log."""

import torch


def train_epoch(model, optimizer, batches):
    """Take one step on every batch's mean squared error; return the average error.

    model:     maps (samples, inputs) to (samples, outputs)
    optimizer: holds the parameters of `model`
    batches:   iterable of pairs (inputs, targets), read once, batch by batch;
               targets: (samples, outputs)
    A batch counts with the error that its step is taken on, weighted by its size. When the
    next batch is read, at most one graph is alive, that of the batch before.
    Returns the average without a graph, as a float or as a tensor of shape ().
    Raises ValueError if there is no batch; and, before the step, if a batch is empty or
    its predictions and targets differ in shape.
    """
    total, samples = 0.0, 0
    for inputs, targets in batches:
        predictions = model(inputs)
        # mse_loss would broadcast other shapes, and average an empty batch to nan.
        if len(inputs) == 0 or predictions.shape != targets.shape:
            raise ValueError(f"predictions {tuple(predictions.shape)}, targets {tuple(targets.shape)}")
        error = torch.nn.functional.mse_loss(predictions, targets)
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        total += error * len(inputs)  # .item() would make the GPU wait here
        samples += len(inputs)
    if samples == 0:
        raise ValueError("an epoch needs a batch")
    return total / samples
