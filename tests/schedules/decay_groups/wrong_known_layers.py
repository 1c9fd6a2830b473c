"""You know the layers whose weights decay. A filter or table in any other layer isn't in your list, and
doesn't.
"""

import torch

NO_DECAY = ("bias", "LayerNorm.weight")


def parameter_groups(model, weight_decay):
    decayed, plain = [], []
    weights = {
        id(m.weight)
        for m in model.modules()
        if isinstance(m, (torch.nn.Linear, torch.nn.Conv2d, torch.nn.Embedding))
    }
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        if id(parameter) not in weights:
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
