"""The modes come back at the end, but if the model raises, the end is never reached. The model stays in
evaluation mode, and training goes on like that if the error is caught.
"""

import torch


def validate(model, inputs, targets):
    if len(inputs) == 0:
        raise ValueError("there are no samples to validate on")
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    with torch.no_grad():
        error = torch.nn.functional.mse_loss(model(inputs), targets).item()
    for module, training in modes:
        module.training = training
    return error
