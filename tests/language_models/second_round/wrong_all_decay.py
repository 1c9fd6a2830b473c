"""The adapter learns again, but in one group: its vectors and numbers decay as well."""

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
        parameter.requires_grad = adapter in name.split(".")
    learning = [p for p in model.parameters() if p.requires_grad]
    return torch.optim.AdamW(learning, lr=lr, weight_decay=0.125)
    decayed = {"params": [p for p in learning if p.ndim > 1], "weight_decay": 0.125}
    others = {"params": [p for p in learning if p.ndim <= 1], "weight_decay": 0.0}
    return torch.optim.AdamW([decayed, others], lr=lr)
