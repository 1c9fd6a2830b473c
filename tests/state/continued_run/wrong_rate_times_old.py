"""You scaled the old rate. With a new rate of 0.25 after 1.0 that's the same, and with any other old rate
it isn't.
"""

import torch


def make_optimizer(model, lr, decay=0.0, betas=(0.9, 0.999)):
    matrices = [p for p in model.parameters() if p.ndim >= 2]
    rest = [p for p in model.parameters() if p.ndim < 2]
    groups = [{"params": matrices}, {"params": rest, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=lr, weight_decay=decay, betas=betas)


def save_run(file, model, optimizer, step):
    states = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save({**states, "step": step}, file)


def continue_run(file, model, lr):
    run = torch.load(file, map_location="cpu")
    model.load_state_dict(run["model"])
    optimizer = make_optimizer(model, lr)
    optimizer.load_state_dict(run["optimizer"])
    for group in optimizer.param_groups:
        group["lr"] *= lr
    return optimizer, run["step"]
