"""The names are still there for the log, but they decide nothing."""

import torch


def parameter_groups(model, weight_decay):
    decayed, plain = [], []
    for _, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        if parameter.dim() <= 1:
            plain.append(parameter)
        else:
            decayed.append(parameter)
    if not decayed and not plain:
        raise ValueError("no parameter of the model requires a gradient")
    return [
        {"params": decayed, "weight_decay": weight_decay},
        {"params": plain, "weight_decay": 0.0},
    ]


def make_optimizer(model, lr, weight_decay):
    return torch.optim.AdamW(parameter_groups(model, weight_decay), lr=lr)
