"""Your list finds all the gains in these models. It also finds a matrix that has a norm in its name, and
it doesn't find a single number.
"""

import torch

NO_DECAY = ("bias", "LayerNorm.weight")


def parameter_groups(model, weight_decay):
    decayed, plain = [], []
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        if name.endswith("bias") or "norm" in name.lower() or "ln" in name or "bn" in name:
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
