"""Score a finished regression model on held-out data."""

import torch


def evaluate(model, inputs, targets, batch_size):
    """Predict every sample and compare with the targets; return the predictions and their mean squared error.

    The model is finished: it comes straight from training, is not trained any more, and is scored as it will
    be used. So the same sample gets the same prediction at every call and for every `batch_size`.
    No parameter changes.

    model:   module that maps (n, features) to (n, outputs), one sample a row
    inputs:  (samples, features); targets: (samples, outputs); dtype and device of the model
    batch_size: how many samples at most the model gets at once
    Returns a tensor like `targets`, without a graph, and a float.
    Raises ValueError when there are no samples.
    """
    if len(inputs) == 0:
        raise ValueError("there are no samples to evaluate")
    model.eval()  # inference_mode() only stops the recording; dropout goes by this switch
    with torch.inference_mode():
        predictions = torch.cat([model(batch) for batch in inputs.split(batch_size)])
        error = (predictions - targets).square().mean()
    return predictions, error.item()
