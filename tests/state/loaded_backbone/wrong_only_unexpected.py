"""An unknown entry is noticed now, but a missing one is still ignored: that part of the body keeps its
random start."""

import torch


def load_body(model, file):
    checkpoint = torch.load(file, map_location="cpu")
    checkpoint = {key.removeprefix("module."): value for key, value in checkpoint.items()}
    body = {key: value for key, value in checkpoint.items() if not key.startswith("head.")}
    _, unexpected = model.load_state_dict(body, strict=False)
    if unexpected:
        raise RuntimeError(f"the checkpoint has {unexpected} besides")
