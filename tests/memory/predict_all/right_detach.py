"""Each prediction is detached from its graph right away."""

import torch


def predict(model, batches):
    predictions = []
    for inputs in batches:
        outputs = model(inputs)
        predictions.append(outputs.detach())
    if not predictions:
        raise ValueError("there is no batch to predict")
    return torch.cat(predictions)
