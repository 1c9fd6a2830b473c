"""The file holds the optimizer object, not its state. By default, `torch.load` refuses to build objects of
arbitrary classes."""

import torch


def save_run(file, model, optimizer, step):
    if step < 0:
        raise ValueError(f"step must not be negative, got {step}")
    torch.save({"model": model.state_dict(), "optimizer": optimizer, "step": step}, file)


def resume_run(file, model, optimizer):
    run = torch.load(file, map_location="cpu")
    model.load_state_dict(run["model"])
    optimizer.load_state_dict(run["optimizer"].state_dict())
    return run["step"]
