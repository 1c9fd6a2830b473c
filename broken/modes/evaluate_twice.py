"""Score a finished regression model on held-out data."""

import torch


def evaluate(model, inputs, targets, batch_size):
    """Predict every sample; return the predictions and their mean squared error.

    The model comes straight from training and won't be trained again; it's scored the way it will be
    used. The same sample gets the same prediction in every call, and, up to rounding, for every
    `batch_size`. No parameter or buffer changes.

    model:   module that maps (n, features) to (n, outputs), one sample per row
    inputs:  (samples, features); targets: (samples, outputs); dtype and device of the model
    batch_size: the largest number of samples that the model gets at once
    Returns a tensor like `targets`, without a graph, and a float.
    Raises ValueError if there are no samples.
    """
    if len(inputs) == 0:
        raise ValueError("there are no samples to evaluate")
    with torch.inference_mode():
        predictions = torch.cat([model(batch) for batch in inputs.split(batch_size)])
        error = (predictions - targets).square().mean()
    return predictions, error.item()
