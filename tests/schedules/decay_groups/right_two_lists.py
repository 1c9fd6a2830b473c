"""Two lists of those that are trained, by their shape."""

import torch


def parameter_groups(model, weight_decay):
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    decayed = [parameter for parameter in trained if len(parameter.shape) >= 2]
    plain = [parameter for parameter in trained if len(parameter.shape) < 2]
    if not trained:
        raise ValueError("no parameter of the model requires a gradient")
    return [
        {"params": decayed, "weight_decay": weight_decay},
        {"params": plain, "weight_decay": 0.0},
    ]


def make_optimizer(model, lr, weight_decay):
    return torch.optim.AdamW(parameter_groups(model, weight_decay), lr=lr)
