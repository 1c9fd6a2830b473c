"""A body that fits is refused, because the checkpoint has no entries for the new head."""

import torch


def load_body(model, file):
    checkpoint = torch.load(file, map_location="cpu")
    body = {key: value for key, value in checkpoint.items() if not key.startswith("head.")}
    model.load_state_dict(body)
