"""A missing entry is noticed now, but an unknown one is still ignored."""

import torch


def load_body(model, file):
    checkpoint = torch.load(file, map_location="cpu")
    checkpoint = {key.removeprefix("module."): value for key, value in checkpoint.items()}
    body = {key: value for key, value in checkpoint.items() if not key.startswith("head.")}
    missing, _ = model.load_state_dict(body, strict=False)
    if any(not key.startswith("head.") for key in missing):
        raise RuntimeError(f"the checkpoint lacks {missing}")
