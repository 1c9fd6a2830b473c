"""The rate is the new one, but the optimizer starts anew: without its averages, its betas and its decay."""

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
    return optimizer, run["step"]
