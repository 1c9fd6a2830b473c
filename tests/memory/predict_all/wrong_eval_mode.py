"""Nothing is kept, but the model is put into eval mode, whatever mode the caller chose. A model in training
mode isn't used in it."""

import torch


def predict(model, batches):
    model.eval()
    with torch.no_grad():
        predictions = [model(inputs) for inputs in batches]
    if not predictions:
        raise ValueError("there is no batch to predict")
    return torch.cat(predictions)
