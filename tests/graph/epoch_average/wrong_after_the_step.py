"""Nothing is kept any more, but the error is measured again after the step: the log shows a lower error
than the one trained on, and every batch costs a second forward pass.
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
        with torch.no_grad():
            total += torch.nn.functional.mse_loss(model(inputs), targets) * len(inputs)
        samples += len(inputs)
    if samples == 0:
        raise ValueError("an epoch needs a batch")
    return total / samples
