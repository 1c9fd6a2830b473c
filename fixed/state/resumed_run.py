"""Save a training run to a file, and resume it later, perhaps on another machine."""

import torch


def save_run(file, model, optimizer, step):
    """Write the run to `file`, a path or a binary file, and leave the run itself as it is.

    step: how many steps have been taken. Raises ValueError, and writes nothing, if it is negative.
    """
    if step < 0:
        raise ValueError(f"step must not be negative, got {step}")
    # The optimizer has a memory too: momentum, step counts, the current learning rate.
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step}, file)


def resume_run(file, model, optimizer):
    """Restore `model` and `optimizer` to where the run was saved, and return its step, an int.

    model:     of the same architecture, on any device, with any weights
    optimizer: of the same class, newly made for the parameters of this `model`

    Training that draws no random numbers then continues exactly as it would have without the interruption.
    """
    run = torch.load(file, map_location="cpu")
    model.load_state_dict(run["model"])
    optimizer.load_state_dict(run["optimizer"])
    return run["step"]
