"""Two lists: the parameters that learn, and the buffers."""

import torch


def save_tuned(model, file):
    kept = {name: value.detach() for name, value in model.named_parameters() if value.requires_grad}
    torch.save(kept | dict(model.named_buffers()), file)


def load_tuned(model, file):
    tuned = torch.load(file, map_location="cpu", weights_only=True)
    unknown = sorted(tuned.keys() - model.state_dict().keys())
    if unknown:
        raise KeyError(f"the model has no {', '.join(unknown)}")
    model.load_state_dict(tuned, strict=False)  # the base has the rest
