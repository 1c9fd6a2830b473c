"""Nothing is kept, but afterwards every parameter requires grad: one that was frozen before the
call will be trained from now on."""

import torch


def predict(model, batches):
    model.requires_grad_(False)
    predictions = [model(inputs) for inputs in batches]
    model.requires_grad_(True)
    if not predictions:
        raise ValueError("there is no batch to predict")
    return torch.cat(predictions)
