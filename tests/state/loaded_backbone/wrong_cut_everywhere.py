"""The prefix "module." is also taken out of the middle of a key. A body with a layer of that name no longer
fits."""

import torch


def load_body(model, file):
    checkpoint = torch.load(file, map_location="cpu")
    checkpoint = {key.replace("module.", ""): value for key, value in checkpoint.items()}
    body = {key: value for key, value in checkpoint.items() if not key.startswith("head.")}
    model.body.load_state_dict({key.removeprefix("body."): value for key, value in body.items()})
