"""`train(mode)` on every module, parents before children, so each module's own mode is set last."""

import torch


def validate(model, inputs, targets):
    if len(inputs) == 0:
        raise ValueError("there are no samples to validate on")
    modes = [module.training for module in model.modules()]
    try:
        model.eval()
        with torch.no_grad():
            error = torch.nn.functional.mse_loss(model(inputs), targets)
    finally:
        for module, mode in zip(model.modules(), modes):
            module.train(mode)
    return error.item()
