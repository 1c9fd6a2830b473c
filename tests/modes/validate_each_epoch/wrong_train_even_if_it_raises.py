"""`model.train()` is called at the end, whatever happens. It puts every module into training mode,
including those that were in evaluation before, so it unfreezes frozen layers.
"""

import torch


def validate(model, inputs, targets):
    if len(inputs) == 0:
        raise ValueError("there are no samples to validate on")
    model.eval()
    try:
        with torch.no_grad():
            return torch.nn.functional.mse_loss(model(inputs), targets).item()
    finally:
        model.train()
