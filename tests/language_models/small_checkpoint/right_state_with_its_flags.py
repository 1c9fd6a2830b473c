"""`keep_vars` leaves the parameters in the state as they are, with their flags."""

import torch


def save_tuned(model, file):
    kept = {}
    for name, value in model.state_dict(keep_vars=True).items():
        if value.requires_grad or not isinstance(value, torch.nn.Parameter):
            kept[name] = value.detach()
    torch.save(kept, file)


def load_tuned(model, file):
    tuned = torch.load(file, map_location="cpu", weights_only=True)
    unknown = sorted(tuned.keys() - model.state_dict().keys())
    if unknown:
        raise KeyError(f"the model has no {', '.join(unknown)}")
    model.load_state_dict(tuned, strict=False)  # the base has the rest
