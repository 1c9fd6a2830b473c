"""The body is complete or the call raises, but entries of neither body nor head are ignored. A checkpoint
with a part that this model doesn't have is accepted."""

import torch


def load_body(model, file):
    checkpoint = torch.load(file, map_location="cpu")
    checkpoint = {key.removeprefix("module."): value for key, value in checkpoint.items()}
    body = {key.removeprefix("body."): value for key, value in checkpoint.items() if key.startswith("body.")}
    model.body.load_state_dict(body)
