"""Nothing is kept, but after the call recording is on, even if the caller had switched it off."""

import torch


def predict(model, batches):
    torch.set_grad_enabled(False)
    predictions = [model(inputs) for inputs in batches]
    torch.set_grad_enabled(True)
    if not predictions:
        raise ValueError("there is no batch to predict")
    return torch.cat(predictions)
