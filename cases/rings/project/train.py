"""A diffusion model of two rings.

python train.py
"""

import contextlib
from dataclasses import dataclass
from typing import NamedTuple

import torch

import data
from diffusion import Diffusion
from model import Denoiser


@dataclass
class Config:
    points: int = 1024  # for training; as many are held out
    batch: int = 256
    iterations: int = 360
    report: int = 40  # iterations between two reports
    lr: float = 8e-3
    warmup: int = 20
    max_norm: float = 0.5
    decay: float = 0.98  # of the average of the weights
    steps: int = 50
    sampling_steps: int = 20
    width: int = 64
    depth: int = 2
    dropout: float = 0.2
    seed: int = 0


class Record(NamedTuple):
    """One line of the log."""

    iteration: int  # how many have been made
    loss: float  # mean over the minibatches since the last report
    norm: float  # largest norm of the gradients since the last report, before clipping
    held_out: float  # loss of the averaged model on the points that were held out


class Average:
    """An exponential average of a model's parameters, for use in its place.

    average <- decay * average + (1 - decay) * parameter at each `update`, beginning from the parameters
    at the time of construction.
    """

    def __init__(self, model, decay):
        self.decay = decay
        self.weights = [p.detach().clone() for p in model.parameters()]

    @torch.no_grad()
    def update(self, model):
        for mean, parameter in zip(self.weights, model.parameters()):
            mean.lerp_(parameter, 1 - self.decay)

    @contextlib.contextmanager
    def lent_to(self, model):
        """Within the block the model has the averaged weights and is in evaluation mode.

        Afterwards it's as it was, whatever happened.
        """
        training = model.training
        own = [p.detach().clone() for p in model.parameters()]
        self._write(model, self.weights)
        model.eval()
        try:
            yield model
        finally:
            self._write(model, own)
            model.train(training)

    @staticmethod
    @torch.no_grad()
    def _write(model, weights):
        for parameter, weight in zip(model.parameters(), weights):
            parameter.copy_(weight)


@torch.no_grad()
def held_out_loss(diffusion, model, average, points, labels, seed):
    """Loss of the averaged model; draws the same times and noise each time, from a generator of its own."""
    with average.lent_to(model):
        return diffusion.loss(model, points, labels, torch.Generator().manual_seed(seed)).item()


def fit(config, log=None):
    """Trains on scaled points as the config says, and returns model, average, diffusion, scale, records.

    The same config gives the same weights, however often it reports. Calls log(record) at each report.
    """
    torch.manual_seed(config.seed)
    generator = torch.Generator().manual_seed(config.seed)
    points, labels = data.rings(2 * config.points, generator)
    scale = data.Scale(points[: config.points])
    points = scale.shrink(points)
    held_out = points[config.points :], labels[config.points :]

    diffusion = Diffusion(config.steps)
    model = Denoiser(config.steps, len(data.RADII), config.width, config.depth, config.dropout)
    average = Average(model, config.decay)
    optimizer = torch.optim.AdamW(model.parameters(), lr=config.lr, weight_decay=1e-4, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda done: min(1.0, (done + 1) / config.warmup) * (1 - done / config.iterations)
    )
    records, losses, norms = [], [], []
    for iteration in range(1, config.iterations + 1):
        rows = torch.randint(config.points, (config.batch,), generator=generator)
        loss = diffusion.loss(model, points[rows], labels[rows], generator)
        optimizer.zero_grad()
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), config.max_norm).item())
        optimizer.step()
        schedule.step()
        average.update(model)
        losses.append(loss.item())
        if iteration % config.report == 0:
            score = held_out_loss(diffusion, model, average, *held_out, config.seed)
            records.append(Record(iteration, sum(losses) / len(losses), max(norms), score))
            losses, norms = [], []
            if log is not None:
                log(records[-1])
    return model, average, diffusion, scale, records


def draw(config, model, average, diffusion, scale, count):
    """`count` points of each ring, (rings, count, 2), on the scale of the data, from the averaged model."""
    labels = torch.arange(len(data.RADII)).repeat_interleave(count)
    with average.lent_to(model):
        points = diffusion.sample(
            model, labels, config.sampling_steps, torch.Generator().manual_seed(config.seed)
        )
    return scale.restore(points).unflatten(0, (len(data.RADII), count))


def main():
    torch.set_num_threads(1)  # so little is done at once that more threads only wait
    config = Config()

    def log(record):
        print(
            f"{record.iteration:4d}  loss {record.loss:.4f}  largest gradient {record.norm:.2f}"
            f"  held out {record.held_out:.4f}"
        )

    fitted = fit(config, log)
    points = draw(config, *fitted[:4], count=256)
    again = draw(config, *fitted[:4], count=256)
    for number, (radius, ring) in enumerate(zip(data.RADII, points), start=1):
        found = data.radii(ring)
        wanted = f"should be {radius:.2f} +- {data.WIDTH:.2f}"
        print(f"ring {number}: radius {found.mean():.2f} +- {found.std():.2f}, {wanted}")
    print(f"drawn again from the same seed: largest difference {(points - again).abs().max():.3f}")


if __name__ == "__main__":
    main()
