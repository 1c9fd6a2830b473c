"""The memory of each parameter and the settings of each group are saved and loaded one by one."""

import torch


def save_run(file, model, optimizer, step):
    if step < 0:
        raise ValueError(f"step must not be negative, got {step}")
    memory = [dict(optimizer.state[p]) for group in optimizer.param_groups for p in group["params"]]
    settings = [{k: v for k, v in group.items() if k != "params"} for group in optimizer.param_groups]
    torch.save({"model": model.state_dict(), "memory": memory, "settings": settings, "step": step}, file)


def resume_run(file, model, optimizer):
    run = torch.load(file, map_location="cpu")
    model.load_state_dict(run["model"])
    for group, settings in zip(optimizer.param_groups, run["settings"]):
        group.update(settings)
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    for parameter, memory in zip(parameters, run["memory"]):
        for name, value in memory.items():
            moved = torch.is_tensor(value) and value.shape == parameter.shape
            optimizer.state[parameter][name] = value.to(parameter.device) if moved else value
    return run["step"]
