"""Nothing is kept, because nothing requires grad any more. It stays that way: the model can't be trained
after the call."""

import torch


def predict(model, batches):
    model.requires_grad_(False)
    predictions = [model(inputs) for inputs in batches]
    if not predictions:
        raise ValueError("there is no batch to predict")
    return torch.cat(predictions)
