"""Nothing is kept any more, and neither is the total: the result is the error of the last batch alone."""

import torch


def train_epoch(model, optimizer, batches):
    average = None
    for inputs, targets in batches:
        predictions = model(inputs)
        if len(inputs) == 0 or predictions.shape != targets.shape:
            raise ValueError(f"predictions {tuple(predictions.shape)}, targets {tuple(targets.shape)}")
        error = torch.nn.functional.mse_loss(predictions, targets)
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        average = error.item()
    if average is None:
        raise ValueError("an epoch needs a batch")
    return average
