"""Train a classifier of shapes; the run is saved on its way, and can be resumed from there.

python train.py
"""

import io
import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F

import data
from evaluate import score
from model import Average, Net


@dataclass
class Config:
    samples: int = 500
    width: int = 12
    depth: int = 2
    epochs: int = 8
    batch_size: int = 32
    lr: float = 0.1
    momentum: float = 0.9
    weight_decay: float = 0.005
    warmup: int = 6  # steps
    max_norm: float = 1.0
    smoothing: float = 0.05
    noise: float = 0.06
    decay: float = 0.9  # of the average
    save_after: int = 4  # epochs
    seed: int = 0


class Run:
    """All that a run on `config.samples` pictures consists of, as it is before the first epoch.

    model, average, optimizer, schedule, generator (of augmentation and order), and epoch, the number of
    epochs done.
    """

    def __init__(self, config):
        torch.manual_seed(config.seed)
        self.config = config
        self.model = Net(config.width, config.depth, len(data.SHAPES))
        self.parameters = list(self.model.parameters())
        self.average = Average(self.model, config.decay)
        self.optimizer = make_optimizer(self.parameters, config)
        self.schedule = make_schedule(self.optimizer, config)
        self.generator = torch.Generator().manual_seed(config.seed)
        self.epoch = 0


def make_optimizer(parameters, config):
    """SGD with Nesterov momentum. Weights of convolutions and of the head decay; scales and biases don't."""
    matrices, others = [], []
    for parameter in parameters:
        (matrices if parameter.dim() > 1 else others).append(parameter)
    groups = [
        {"params": matrices, "weight_decay": config.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    return torch.optim.SGD(groups, lr=config.lr, momentum=config.momentum, nesterov=True)


def make_schedule(optimizer, config):
    """Up to config.lr in `warmup` steps, then along a cosine to 0 at the last step of the last epoch."""
    steps = config.epochs * math.ceil(config.samples / config.batch_size)

    def factor(step):
        if step < config.warmup:
            return (step + 1) / config.warmup
        progress = (step - config.warmup) / max(1, steps - config.warmup)
        return 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))

    return torch.optim.lr_scheduler.LambdaLR(optimizer, factor)


def train_step(run, images, labels):
    """One step on the smoothed loss of a batch of scaled images; the gradient is clipped to max_norm.

    Updates schedule and average too. Returns the loss and the norm before clipping, floats.
    """
    run.model.train()
    loss = F.cross_entropy(run.model(images), labels, label_smoothing=run.config.smoothing)
    run.optimizer.zero_grad()
    loss.backward()
    norm = torch.nn.utils.clip_grad_norm_(run.parameters, run.config.max_norm)
    run.optimizer.step()
    run.schedule.step()
    run.average.update(run.model)
    return loss.item(), norm.item()


def train_epoch(run, pictures, scaling):
    """One pass over pictures, augmented anew. Returns means over its steps: loss and norm, floats."""
    images = data.augment(pictures.images, run.config.noise, run.generator)
    augmented = data.Pictures(scaling(images), pictures.labels)
    steps = [
        train_step(run, batch.images, batch.labels)
        for batch in data.batches(augmented, run.config.batch_size, run.generator)
    ]
    run.epoch += 1
    losses, norms = zip(*steps)
    return sum(losses) / len(steps), sum(norms) / len(steps)


def save(run, file):
    """Write to `file`, a path or a binary file, all that the next epochs depend on."""
    state = {
        "model": run.model.state_dict(),
        "average": run.average.state_dict(),
        "optimizer": run.optimizer.state_dict(),
        "schedule": run.schedule.state_dict(),
        "generator": run.generator.get_state(),
        "epoch": run.epoch,
    }
    torch.save(state, file)


def resume(run, file):
    """Bring a new Run of the same config to where the saved one was; it goes on exactly as that one did."""
    state = torch.load(file, weights_only=True)
    run.model.load_state_dict(state["model"])
    run.average.load_state_dict(state["average"])
    run.optimizer.load_state_dict(state["optimizer"])
    run.schedule.load_state_dict(state["schedule"])
    run.generator.set_state(state["generator"])
    run.epoch = state["epoch"]


def fit(run, train, test, scaling, file=None, log=None):
    """Train to the last epoch; after `save_after` epochs the run is written to `file`, if there is one.

    Scores model and average on `test` after each epoch, and calls log(run.epoch, lr, loss, norm, of_model,
    of_average), where lr is that of the next step and the last two are (loss, share of right answers).
    """
    while run.epoch < run.config.epochs:
        loss, norm = train_epoch(run, train, scaling)
        of_model = score(run.model, scaling, test)
        with run.average.applied(run.model):
            of_average = score(run.model, scaling, test)
        if file is not None and run.epoch == run.config.save_after:
            save(run, file)
        if log is not None:
            log(run.epoch, run.optimizer.param_groups[0]["lr"], loss, norm, of_model, of_average)


def main():
    torch.set_num_threads(1)  # so little is done at once that more threads only wait
    config = Config()
    train, test = data.draw(config.samples, seed=1), data.draw(200, seed=2)
    night = data.draw(200, seed=3, exposure=0.5)
    scaling = data.Scaling(train.images)

    def log(epoch, lr, loss, norm, of_model, of_average):
        print(
            f"{epoch:5d}  {lr:.4f}  {loss:.3f}  {norm:.2f}  {of_model[0]:9.3f}  {of_model[1]:.3f}"
            f"  {of_average[0]:12.3f}  {of_average[1]:.3f}"
        )

    run, file = Run(config), io.BytesIO()
    print(f"{sum(parameter.numel() for parameter in run.model.parameters())} parameters")
    print("epoch      lr   loss  norm  test loss  right  average loss  right")
    fit(run, train, test, scaling, file, log)
    with run.average.applied(run.model):
        for name, pictures in ("test", test), ("night", night):
            _, together = score(run.model, scaling, pictures, batch_size=200)
            _, alone = score(run.model, scaling, pictures, batch_size=1)
            print(f"{name}: {together:.3f} right, one picture at a time {alone:.3f}")
    file.seek(0)
    again = Run(config)
    resume(again, file)
    print(f"resumed after epoch {again.epoch}")
    fit(again, train, test, scaling, log=log)


if __name__ == "__main__":
    main()
