"""The classes of torch's norms are known to you, but a model may bring its own. Its gain decays, and so
does a single number that belongs to no layer.
"""

import torch

NORMS = (torch.nn.LayerNorm, torch.nn.BatchNorm1d, torch.nn.BatchNorm2d, torch.nn.GroupNorm)


def parameter_groups(model, weight_decay):
    norms = {id(p) for module in model.modules() if isinstance(module, NORMS) for p in module.parameters()}
    decayed, plain = [], []
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        if name.endswith("bias") or id(parameter) in norms:
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
