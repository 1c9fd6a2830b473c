"""The sorting is right, but parameters that don't require a gradient are in the groups too."""

import torch


def parameter_groups(model, weight_decay):
    decayed, plain = [], []
    for parameter in model.parameters():
        if parameter.ndim < 2:
            plain.append(parameter)
        else:
            decayed.append(parameter)
    if not any(parameter.requires_grad for parameter in model.parameters()):
        raise ValueError("no parameter of the model requires a gradient")
    return [
        {"params": decayed, "weight_decay": weight_decay},
        {"params": plain, "weight_decay": 0.0},
    ]


def make_optimizer(model, lr, weight_decay):
    return torch.optim.AdamW(parameter_groups(model, weight_decay), lr=lr)
