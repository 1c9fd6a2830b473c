"""The body is loaded by itself, strictly. The head isn't involved."""

import torch


def load_body(model, file):
    checkpoint = torch.load(file, map_location="cpu")
    checkpoint = {key.removeprefix("module."): value for key, value in checkpoint.items()}
    body = {key: value for key, value in checkpoint.items() if not key.startswith("head.")}
    model.body.load_state_dict({key.removeprefix("body."): value for key, value in body.items()})
