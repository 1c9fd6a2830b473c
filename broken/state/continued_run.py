"""Save a training run, and continue it later with another learning rate."""

import torch


def make_optimizer(model, lr, decay=0.0, betas=(0.9, 0.999)):
    """Return an AdamW with rate `lr` for matrices, which decay, and for the rest."""
    matrices = [p for p in model.parameters() if p.ndim >= 2]
    rest = [p for p in model.parameters() if p.ndim < 2]
    groups = [{"params": matrices}, {"params": rest, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=lr, weight_decay=decay, betas=betas)


def save_run(file, model, optimizer, step):
    """Write the run, of `step` steps so far, to `file`, a path or a binary file."""
    states = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save({**states, "step": step}, file)


def continue_run(file, model, lr):
    """Restore a saved run into `model`, and return its optimizer and its step, an int.

    file:  what `save_run` wrote; model: of the same architecture, on any device
    The optimizer has the rate `lr` in both groups. All else is as it was saved: decay
    and betas, its averages, and the number of its steps. So the next steps are those
    that the run would have taken if its rate had been changed to `lr` without a stop.
    """
    run = torch.load(file, map_location="cpu")
    model.load_state_dict(run["model"])
    optimizer = make_optimizer(model, lr)
    optimizer.load_state_dict(run["optimizer"])
    return optimizer, run["step"]
