"""Two tasks on the same kind of measurements: many samples of an old one, few of a new and unbalanced one."""

from dataclasses import dataclass

import torch

FEATURES = 12


@dataclass
class Table:
    """inputs: (samples, FEATURES), float; labels: (samples,), int64."""

    inputs: torch.Tensor
    labels: torch.Tensor

    def __len__(self):
        return len(self.labels)

    def take(self, rows):
        return Table(self.inputs[rows], self.labels[rows])


def _mixing(seed):
    return torch.randn(FEATURES, FEATURES, generator=torch.Generator().manual_seed(seed)) / FEATURES**0.5


def old_task(samples, seed):
    """A Table with four classes, equally frequent."""
    generator = torch.Generator().manual_seed(seed)
    hidden = torch.randn(samples, FEATURES, generator=generator)
    labels = 2 * (hidden[:, 0] * hidden[:, 1] > 0) + (hidden[:, 2] + hidden[:, 3] > 0)
    return Table(3 + 2 * hidden @ _mixing(0), labels.long())


def new_task(samples, seed):
    """A Table with two classes, about one in eight samples of class 1; the sensors have drifted since."""
    generator = torch.Generator().manual_seed(seed)
    hidden = torch.randn(samples, FEATURES, generator=generator)
    labels = (hidden[:, 0] * hidden[:, 1] + 0.7 * hidden[:, 4] > 1.0).long()
    inputs = 3 + 2 * hidden @ _mixing(0)
    return Table(inputs * torch.linspace(0.6, 1.8, FEATURES) + 1.0, labels)


def split(table, sizes, generator):
    """Cut a Table into random parts of these sizes, without a sample in two of them."""
    rows = torch.randperm(len(table), generator=generator)[: sum(sizes)]
    return [table.take(part) for part in rows.split(list(sizes))]


class Scaling:
    """Center and scale each feature by what `inputs` (samples, FEATURES) are like."""

    def __init__(self, inputs):
        self.mean = inputs.mean(0)
        self.std = inputs.std(0, correction=0).clamp_min(1e-6)

    def __call__(self, table):
        return Table((table.inputs - self.mean) / self.std, table.labels)


def batches(table, size, generator=None):
    """Yield Tables of `size` samples, the last of what is left; shuffled if there is a generator."""
    rows = torch.arange(len(table))
    if generator is not None:
        rows = rows[torch.randperm(len(table), generator=generator)]
    for part in rows.split(size):
        yield table.take(part)
