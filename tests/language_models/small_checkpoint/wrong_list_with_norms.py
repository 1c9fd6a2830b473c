"""Your list of names has tables and norms now, but it's still a list. A trained head or bias isn't in it,
and a frozen norm is written all the same.
"""

import torch


def save_tuned(model, file):
    state = model.state_dict()
    keep = ("lora_", "embed", "words", "norm")
    frozen = {name for name, _ in model.named_parameters() if not any(part in name for part in keep)}
    torch.save({name: value for name, value in state.items() if name not in frozen}, file)


def load_tuned(model, file):
    tuned = torch.load(file, map_location="cpu", weights_only=True)
    unknown = sorted(tuned.keys() - model.state_dict().keys())
    if unknown:
        raise KeyError(f"the model has no {', '.join(unknown)}")
    model.load_state_dict(tuned, strict=False)  # the base has the rest
