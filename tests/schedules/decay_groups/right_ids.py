"""The vectors first; all that isn't among them decays."""

import torch


def parameter_groups(model, weight_decay):
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    plain = [parameter for parameter in trained if parameter.dim() in (0, 1)]
    vectors = {id(parameter) for parameter in plain}
    decayed = [parameter for parameter in trained if id(parameter) not in vectors]
    if not trained:
        raise ValueError("no parameter of the model requires a gradient")
    return [
        {"params": decayed, "weight_decay": weight_decay},
        {"params": plain, "weight_decay": 0.0},
    ]


def make_optimizer(model, lr, weight_decay):
    return torch.optim.AdamW(parameter_groups(model, weight_decay), lr=lr)
