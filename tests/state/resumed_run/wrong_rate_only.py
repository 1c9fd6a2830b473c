"""The learning rate is back, but the optimizer has no memory: the first steps after resuming aren't the
ones that would have come."""

import torch


def save_run(file, model, optimizer, step):
    if step < 0:
        raise ValueError(f"step must not be negative, got {step}")
    torch.save({"model": model.state_dict(), "lr": optimizer.param_groups[0]["lr"], "step": step}, file)


def resume_run(file, model, optimizer):
    run = torch.load(file, map_location="cpu")
    model.load_state_dict(run["model"])
    for group in optimizer.param_groups:
        group["lr"] = run["lr"]
    return run["step"]
