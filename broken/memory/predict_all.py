"""Predictions for a whole test set, batch by batch."""

import torch


def predict(model, batches):
    """Return the model's predictions for all samples, in their order.

    model:   maps (samples, inputs) to (samples, outputs); used in the mode that it is in, and left as
             it was: mode, parameters, and which of them require grad
    batches: iterable of input tensors, read and predicted one at a time
    Returns (all samples, outputs), dtype and device of the model's outputs, without a graph; it may be an
    inference tensor. Whenever a batch is read, nothing is kept for a `backward()`, except perhaps by the
    forward pass just before. After the call, gradients are recorded or not, as before.
    Raises ValueError if there is no batch.
    """
    predictions = []
    for inputs in batches:
        predictions.append(model(inputs))
    if not predictions:
        raise ValueError("there is no batch to predict")
    return torch.cat(predictions)
