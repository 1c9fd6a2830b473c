"""Whatever has "head" somewhere in its name is taken for the head: a layer of the body of such a name keeps
its random start, and nothing is said."""

import torch


def load_body(model, file):
    checkpoint = torch.load(file, map_location="cpu")
    checkpoint = {key.removeprefix("module."): value for key, value in checkpoint.items()}
    body = {key: value for key, value in checkpoint.items() if "head" not in key}
    missing, unexpected = model.load_state_dict(body, strict=False)
    missing = [key for key in missing if "head" not in key]
    if missing or unexpected:
        raise RuntimeError(f"missing: {missing}, unexpected: {unexpected}")
