"""Both states are saved in one list, and the optimizer is loaded before the model."""

import torch


def save_run(file, model, optimizer, step):
    if step < 0:
        raise ValueError(f"step must not be negative, got {step}")
    torch.save({"states": [model.state_dict(), optimizer.state_dict()], "step": step}, file)


def resume_run(file, model, optimizer):
    run = torch.load(file, map_location="cpu")
    weights, memory = run["states"]
    optimizer.load_state_dict(memory)
    model.load_state_dict(weights)
    return run["step"]
