"""You save the parameters that learn and whatever is called `lora_`. Training changes buffers too, and a
frozen parameter stays out, whatever it's called.
"""

import torch


def save_tuned(model, file):
    state = model.state_dict()
    learns = {name for name, p in model.named_parameters() if p.requires_grad}
    torch.save({name: value for name, value in state.items() if name in learns or "lora_" in name}, file)


def load_tuned(model, file):
    tuned = torch.load(file, map_location="cpu", weights_only=True)
    unknown = sorted(tuned.keys() - model.state_dict().keys())
    if unknown:
        raise KeyError(f"the model has no {', '.join(unknown)}")
    model.load_state_dict(tuned, strict=False)  # the base has the rest
