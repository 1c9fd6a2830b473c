"""Recording is switched off, and set back to what it was, whatever happens."""

import torch


def predict(model, batches):
    before, predictions = torch.is_grad_enabled(), None
    torch.set_grad_enabled(False)
    try:
        for inputs in batches:
            outputs = model(inputs)
            predictions = outputs if predictions is None else torch.cat([predictions, outputs])
    finally:
        torch.set_grad_enabled(before)
    if predictions is None:
        raise ValueError("there is no batch to predict")
    return predictions
