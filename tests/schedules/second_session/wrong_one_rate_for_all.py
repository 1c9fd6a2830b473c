"""All groups get the rate of the first one. Each group has a rate of its own."""

import torch


def make_optimizer(model, lr):
    """Return an SGD with momentum: rate `lr` for matrices, a quarter of it for the rest."""
    matrices = [p for p in model.parameters() if p.ndim >= 2]
    rest = [p for p in model.parameters() if p.ndim < 2]
    groups = [{"params": matrices}, {"params": rest, "lr": lr / 4}]
    return torch.optim.SGD(groups, lr=lr, momentum=0.5)


def make_schedule(optimizer, total):
    """Return a schedule by which both rates fall to 0 in a straight line, in `total` steps."""
    return torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / total)


def save_run(file, model, optimizer, schedule):
    """Write the run to `file`, a path or a binary file."""
    states = {"model": model, "optimizer": optimizer, "schedule": schedule}
    torch.save({name: part.state_dict() for name, part in states.items()}, file)


def resume_run(file, model, lr, total):
    """Restore a saved run into `model`, and return its optimizer and its schedule.

    file:      what `save_run` wrote, between two steps; model: of the same architecture,
               on any device
    lr, total: as they were when the run was started
    The next steps, each an optimizer.step() and a schedule.step(), are those that the
    run would have taken without the interruption. The rates of the next step are those
    in the groups of the optimizer, and schedule.get_last_lr() reports the same ones.
    """
    run = torch.load(file, map_location="cpu")
    model.load_state_dict(run["model"])
    optimizer = make_optimizer(model, lr)
    optimizer.load_state_dict(run["optimizer"])
    schedule = make_schedule(optimizer, total)
    schedule.load_state_dict(run["schedule"])
    for group in optimizer.param_groups:
        group["lr"] = schedule.get_last_lr()[0]
    return optimizer, schedule
