"""The whole state, from which the frozen parameters are taken out."""

import torch


def save_tuned(model, file):
    state = model.state_dict()
    for name, value in model.named_parameters():
        if not value.requires_grad:
            del state[name]
    torch.save(dict(state), file)


def load_tuned(model, file):
    tuned = torch.load(file, map_location="cpu", weights_only=True)
    unknown = sorted(tuned.keys() - model.state_dict().keys())
    if unknown:
        raise KeyError(f"the model has no {', '.join(unknown)}")
    model.load_state_dict(tuned, strict=False)  # the base has the rest
