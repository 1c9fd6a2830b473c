"""Keep what tuning changed in a small file, without the large model that it started from."""

import torch


def save_tuned(model, file):
    """Write what `load_tuned` needs into `file`.

    model: as it was tuned. Its frozen parameters are those of the base model. Whatever else it has may
           have changed: small matrices added to its layers, tables with new tokens, norms, buffers. No
           parameter has two names, and all buffers are in the state dict
    file:  a path, or a file that's open for writing bytes

    A frozen parameter isn't written: that would make the file as large as the model.
    """
    state = model.state_dict()
    frozen = {name for name, _ in model.named_parameters() if "lora_" not in name}
    torch.save({name: value for name, value in state.items() if name not in frozen}, file)


def load_tuned(model, file):
    """Turn `model`, which is built like the tuned one, from its base into the tuned model.

    Afterwards it answers as the tuned model did when it was saved. Its frozen parameters, and the
    `requires_grad` of all, stay what they were. Raises KeyError, before anything changes, if the file
    has what `model` lacks.
    """
    tuned = torch.load(file, map_location="cpu", weights_only=True)
    unknown = sorted(tuned.keys() - model.state_dict().keys())
    if unknown:
        raise KeyError(f"the model has no {', '.join(unknown)}")
    model.load_state_dict(tuned, strict=False)  # the base has the rest
