"""The modes come back at the end, but when the model raises the end is never reached: the model stays in
evaluation, and whoever catches the error trains on like that."""

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
