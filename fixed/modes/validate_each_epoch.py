"""Check on held-out data how a model is doing while it is being trained."""

import torch


def validate(model, inputs, targets):
    """Return the mean squared error of `model` on `inputs`, as it would be if training stopped here.

    Training continues after this: the model and every module in it are left as they were, even if it
    raises.

    model:   module that maps `inputs` to predictions, in any state that training can put it in
    inputs:  (samples, features); targets: like the predictions; dtype and device of the model
    Returns a float. Raises ValueError if there are no samples.
    """
    if len(inputs) == 0:
        raise ValueError("there are no samples to validate on")
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with torch.no_grad():
            return torch.nn.functional.mse_loss(model(inputs), targets).item()
    finally:
        for module, training in modes:  # one by one, since train() would also unfreeze frozen layers
            module.training = training
