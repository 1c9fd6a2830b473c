"""What's returned is clean, but it comes too late: until the last batch, everything from every forward pass
is kept."""

import torch


def predict(model, batches):
    predictions = []
    for inputs in batches:
        predictions.append(model(inputs))
    if not predictions:
        raise ValueError("there is no batch to predict")
    return torch.cat(predictions).detach()
