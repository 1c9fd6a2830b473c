"""A context manager switches the model to evaluation mode and restores every module's mode at the end."""

from contextlib import contextmanager

import torch


@contextmanager
def _evaluation(model):
    training = {name for name, module in model.named_modules() if module.training}
    try:
        yield model.eval()
    finally:
        for name, module in model.named_modules():
            module.training = name in training


def validate(model, inputs, targets):
    if len(inputs) == 0:
        raise ValueError("there are no samples to validate on")
    with _evaluation(model), torch.no_grad():
        return torch.nn.functional.mse_loss(model(inputs), targets).item()
