"""The whole function runs in inference mode, by a decorator."""

import torch


@torch.inference_mode()
def predict(model, batches):
    predictions = [model(inputs) for inputs in batches]
    if not predictions:
        raise ValueError("there is no batch to predict")
    return torch.cat(predictions)
