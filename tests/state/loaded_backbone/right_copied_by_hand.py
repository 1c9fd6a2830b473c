"""Key by key, after checking that both sides have the same keys."""

import torch


def load_body(model, file):
    checkpoint = torch.load(file, map_location="cpu")
    checkpoint = {key.removeprefix("module."): value for key, value in checkpoint.items()}
    body = {key: value for key, value in checkpoint.items() if not key.startswith("head.")}
    own = {key: value for key, value in model.state_dict().items() if not key.startswith("head.")}
    if own.keys() != body.keys():
        raise RuntimeError(f"the checkpoint and the body differ in {sorted(own.keys() ^ body.keys())}")
    for key, value in own.items():
        if value.shape != body[key].shape:
            raise RuntimeError(f"{key} has another shape in the checkpoint")
        value.copy_(body[key])
