"""The learning rate and the other settings are back, but the optimizer has no memory: the first steps after
resuming aren't the ones that would have come."""

import torch


def save_run(file, model, optimizer, step):
    if step < 0:
        raise ValueError(f"step must not be negative, got {step}")
    settings = optimizer.state_dict()["param_groups"]
    torch.save({"model": model.state_dict(), "settings": settings, "step": step}, file)


def resume_run(file, model, optimizer):
    run = torch.load(file, map_location="cpu")
    model.load_state_dict(run["model"])
    optimizer.load_state_dict({"state": {}, "param_groups": run["settings"]})
    return run["step"]
