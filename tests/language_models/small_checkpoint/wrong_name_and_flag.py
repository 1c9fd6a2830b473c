"""Now a parameter has to be called `lora_` and to learn as well. What was trained and has another name is
still lost.
"""

import torch


def save_tuned(model, file):
    state = model.state_dict()
    frozen = {
        name for name, value in model.named_parameters() if "lora_" not in name or not value.requires_grad
    }
    torch.save({name: value for name, value in state.items() if name not in frozen}, file)


def load_tuned(model, file):
    tuned = torch.load(file, map_location="cpu", weights_only=True)
    unknown = sorted(tuned.keys() - model.state_dict().keys())
    if unknown:
        raise KeyError(f"the model has no {', '.join(unknown)}")
    model.load_state_dict(tuned, strict=False)  # the base has the rest
