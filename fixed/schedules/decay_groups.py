"""An optimizer that lets the weights decay, and nothing else."""

import torch


def parameter_groups(model, weight_decay):
    """Return two groups of parameters for an optimizer, with and without weight decay.

    Weights that have two dimensions or more (matrices, filters, tables) are in the
    first, with "weight_decay": `weight_decay`. Biases, gains of norms and whatever else
    is a vector or a single number are in the second, with "weight_decay": 0.0. Names of
    layers and parameters play no part. Each parameter that requires a gradient is in
    one of them, once, even if layers share it, in the order of model.parameters().
    Raises ValueError if no parameter requires a gradient.
    """
    decayed, plain = [], []
    for parameter in model.parameters():
        if not parameter.requires_grad:
            continue
        if parameter.ndim < 2:  # a norm has no name that all models agree on
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
    """Return an AdamW over these two groups, with rate `lr` for both."""
    return torch.optim.AdamW(parameter_groups(model, weight_decay), lr=lr)
