"""This works for SGD with momentum. Other optimizers store other things, and those are lost. So is a
lowered learning rate."""

import torch


def save_run(file, model, optimizer, step):
    if step < 0:
        raise ValueError(f"step must not be negative, got {step}")
    torch.save(
        {
            "model": model.state_dict(),
            "momentum": [optimizer.state[p].get("momentum_buffer") for p in model.parameters()],
            "step": step,
        },
        file,
    )


def resume_run(file, model, optimizer):
    run = torch.load(file, map_location="cpu")
    model.load_state_dict(run["model"])
    for parameter, momentum in zip(model.parameters(), run["momentum"]):
        if momentum is not None:
            optimizer.state[parameter]["momentum_buffer"] = momentum.to(parameter.device)
    return run["step"]
