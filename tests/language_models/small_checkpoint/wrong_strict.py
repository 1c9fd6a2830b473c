"""`strict=True` insists on every parameter, and a small file doesn't have the frozen ones. What's missing
was never written.
"""

import torch


def save_tuned(model, file):
    state = model.state_dict()
    frozen = {name for name, _ in model.named_parameters() if "lora_" not in name}
    torch.save({name: value for name, value in state.items() if name not in frozen}, file)


def load_tuned(model, file):
    tuned = torch.load(file, map_location="cpu", weights_only=True)
    unknown = sorted(tuned.keys() - model.state_dict().keys())
    if unknown:
        raise KeyError(f"the model has no {', '.join(unknown)}")
    model.load_state_dict(tuned, strict=True)  # the base has the rest
