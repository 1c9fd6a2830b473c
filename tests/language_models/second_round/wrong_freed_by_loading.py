"""Now loading makes the adapter learn, though it's loaded for use. And a model that somebody else has
frozen still doesn't learn.
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
    for parameter in own.values():
        parameter.requires_grad = True


def tuning_optimizer(model, adapter, lr):
    if not any(adapter in name.split(".") for name, _ in model.named_parameters()):
        raise ValueError(f"the model has no adapter {adapter}")
    for name, parameter in model.named_parameters():
        if adapter not in name.split("."):
            parameter.requires_grad = False
    learning = [p for p in model.parameters() if p.requires_grad]
    decayed = {"params": [p for p in learning if p.ndim > 1], "weight_decay": 0.125}
    others = {"params": [p for p in learning if p.ndim <= 1], "weight_decay": 0.0}
    return torch.optim.AdamW([decayed, others], lr=lr)
