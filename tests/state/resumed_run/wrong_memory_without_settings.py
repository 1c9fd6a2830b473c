"""The optimizer's memory is back, but its settings are those from the start of the run. If the learning
rate has been lowered since, the steps after resuming are too large."""

import torch


def save_run(file, model, optimizer, step):
    if step < 0:
        raise ValueError(f"step must not be negative, got {step}")
    torch.save({"model": model.state_dict(), "memory": optimizer.state_dict()["state"], "step": step}, file)


def resume_run(file, model, optimizer):
    run = torch.load(file, map_location="cpu")
    model.load_state_dict(run["model"])
    settings = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": run["memory"], "param_groups": settings})
    return run["step"]
