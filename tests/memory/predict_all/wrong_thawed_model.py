"""Nothing is kept, but after the call every parameter requires grad. One that was frozen before will be
trained from now on."""

import torch


def predict(model, batches):
    model.requires_grad_(False)
    predictions = [model(inputs) for inputs in batches]
    model.requires_grad_(True)
    if not predictions:
        raise ValueError("there is no batch to predict")
    return torch.cat(predictions)
