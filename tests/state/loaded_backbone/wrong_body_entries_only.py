"""The body is complete or the call raises, but an entry of neither body nor head is passed over: a checkpoint
that holds a part which this model does not have is taken for one that fits."""

import torch


def load_body(model, file):
    checkpoint = torch.load(file, map_location="cpu")
    checkpoint = {key.removeprefix("module."): value for key, value in checkpoint.items()}
    body = {key.removeprefix("body."): value for key, value in checkpoint.items() if key.startswith("body.")}
    model.body.load_state_dict(body)
