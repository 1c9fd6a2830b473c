"""The first seven characters of every key are cut off, even if they aren't "module.". The checkpoint of a
plain model no longer fits."""

import torch


def load_body(model, file):
    checkpoint = torch.load(file, map_location="cpu")
    checkpoint = {key[len("module.") :]: value for key, value in checkpoint.items()}
    body = {key: value for key, value in checkpoint.items() if not key.startswith("head.")}
    head = {key: value for key, value in model.state_dict().items() if key.startswith("head.")}
    model.load_state_dict(body | head)
