"""Tune an adapter, put it away, load it later, and tune it again."""

import torch


def load_adapter(model, adapter, state):
    """Put saved values into an adapter of `model`, for use: nothing in `model` learns afterwards.

    adapter: str; the parameters of an adapter have it as one part of their name, between dots
    state:   dict of names, as in `model.named_parameters()`, and tensors of the same shapes; it isn't
             changed, not even when `model` is tuned afterwards
    Raises KeyError, before anything changes, if `state` has a name that isn't the adapter's.
    """
    own = {name: p for name, p in model.named_parameters() if adapter in name.split(".")}
    unknown = sorted(state.keys() - own.keys())
    if unknown:
        raise KeyError(f"{adapter} has no {', '.join(unknown)}")
    with torch.no_grad():
        for name, value in state.items():
            own[name].copy_(value)
    model.requires_grad_(False)


def tuning_optimizer(model, adapter, lr):
    """Prepare `model` for tuning one adapter, and return the optimizer that does it, an AdamW.

    Afterwards the parameters of this adapter learn, and all others are frozen, those of other
    adapters too. The optimizer has the parameters that learn and no others: matrices with a weight
    decay of 0.125, vectors and numbers without.
    Raises ValueError, before anything changes, if `model` has no such adapter.
    """
    if not any(adapter in name.split(".") for name, _ in model.named_parameters()):
        raise ValueError(f"the model has no adapter {adapter}")
    for name, parameter in model.named_parameters():
        if adapter not in name.split("."):
            parameter.requires_grad = False
    learning = [p for p in model.parameters() if p.requires_grad]
    decayed = {"params": [p for p in learning if p.ndim > 1], "weight_decay": 0.125}
    others = {"params": [p for p in learning if p.ndim <= 1], "weight_decay": 0.0}
    return torch.optim.AdamW([decayed, others], lr=lr)
