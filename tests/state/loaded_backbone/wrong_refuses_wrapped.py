"""Nothing is lost silently any more, but the checkpoint of a wrapped model is refused, although its body
fits."""

import torch


def load_body(model, file):
    checkpoint = torch.load(file, map_location="cpu")
    body = {key: value for key, value in checkpoint.items() if not key.startswith("head.")}
    missing, unexpected = model.load_state_dict(body, strict=False)
    if unexpected or any(not key.startswith("head.") for key in missing):
        raise RuntimeError(f"missing: {missing}, unexpected: {unexpected}")
