"""No graph is kept, but all batches are read before the first one is predicted, so all inputs and
activations are in memory at once."""

import torch


def predict(model, batches):
    batches = list(batches)
    if not batches:
        raise ValueError("there is no batch to predict")
    with torch.no_grad():
        return model(torch.cat(batches))
