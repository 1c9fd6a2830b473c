"""The model and the modules directly in it get back what they had. What lies deeper gets the mode of the part
that it lies in, and a frozen layer down there wakes up."""

import torch


def validate(model, inputs, targets):
    if len(inputs) == 0:
        raise ValueError("there are no samples to validate on")
    modes = [(module, module.training) for module in (model, *model.children())]
    model.eval()
    try:
        with torch.no_grad():
            return torch.nn.functional.mse_loss(model(inputs), targets).item()
    finally:
        for module, training in modes:
            module.train(training)
