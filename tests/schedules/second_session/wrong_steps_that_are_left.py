"""The new schedule begins at the full rate and falls in the steps that are left. It should go on from
where the old one stopped.
"""

import torch


def make_optimizer(model, lr):
    matrices = [p for p in model.parameters() if p.ndim >= 2]
    rest = [p for p in model.parameters() if p.ndim < 2]
    groups = [{"params": matrices}, {"params": rest, "lr": lr / 4}]
    return torch.optim.SGD(groups, lr=lr, momentum=0.5)


def make_schedule(optimizer, total):
    return torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / total)


def save_run(file, model, optimizer, schedule):
    states = {"model": model, "optimizer": optimizer, "schedule": schedule}
    torch.save({name: part.state_dict() for name, part in states.items()}, file)


def resume_run(file, model, lr, total):
    run = torch.load(file, map_location="cpu")
    model.load_state_dict(run["model"])
    optimizer = make_optimizer(model, lr)
    optimizer.load_state_dict(run["optimizer"])
    schedule = make_schedule(optimizer, total - run["schedule"]["last_epoch"])
    return optimizer, schedule
