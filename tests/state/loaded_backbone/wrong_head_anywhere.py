"""Any key with "head" somewhere in it is taken for the head. A layer of the body with such a name silently
keeps its random start."""

import torch


def load_body(model, file):
    checkpoint = torch.load(file, map_location="cpu")
    checkpoint = {key.removeprefix("module."): value for key, value in checkpoint.items()}
    body = {key: value for key, value in checkpoint.items() if "head" not in key}
    missing, unexpected = model.load_state_dict(body, strict=False)
    missing = [key for key in missing if "head" not in key]
    if missing or unexpected:
        raise RuntimeError(f"missing: {missing}, unexpected: {unexpected}")
