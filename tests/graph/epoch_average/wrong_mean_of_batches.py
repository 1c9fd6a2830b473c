"""Nothing is kept any more, but the result has changed: it averages over batches, so a batch of one counts
as much as a batch of a hundred.
"""

import torch


def train_epoch(model, optimizer, batches):
    total, samples = 0.0, 0
    for inputs, targets in batches:
        predictions = model(inputs)
        if len(inputs) == 0 or predictions.shape != targets.shape:
            raise ValueError(f"predictions {tuple(predictions.shape)}, targets {tuple(targets.shape)}")
        error = torch.nn.functional.mse_loss(predictions, targets)
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        total += error.item()
        samples += 1
    if samples == 0:
        raise ValueError("an epoch needs a batch")
    return total / samples
