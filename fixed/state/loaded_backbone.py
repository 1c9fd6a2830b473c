"""Start a classifier from the body of a trained one."""

import torch


def load_body(model, file):
    """Load the body of a checkpoint into `model`; its head stays as it is.

    model: module with the children `body` and `head`, on any device
    file:  path or binary file with the state dict of a model with the same body, saved by `torch.save`. It
           may have a head of its own, of any size. If that model was wrapped in DataParallel, every key
           starts with "module.", as in "module.body.0.weight".
    Afterwards each parameter and buffer of the body equals the checkpoint's. Raises RuntimeError if the
    checkpoint lacks one of them, has one in another shape, or has an entry of neither body nor head.
    """
    # on the CPU: this machine may not have the GPU that the checkpoint was saved on
    checkpoint = torch.load(file, map_location="cpu")
    torch.nn.modules.utils.consume_prefix_in_state_dict_if_present(checkpoint, "module.")
    body = {key: value for key, value in checkpoint.items() if not key.startswith("head.")}
    # The head contributes its own entries, so everything else has to come from the checkpoint.
    head = {key: value for key, value in model.state_dict().items() if key.startswith("head.")}
    model.load_state_dict({**body, **head})
