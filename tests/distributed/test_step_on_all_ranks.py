"""`fit` trains one model on several ranks, as one process with all their samples would.

The ranks are real: forked processes in a gloo group, each with a line w x + b and its own batches.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

from itertools import chain

import pytest
import torch

from torchkata import ranks
from torchkata.checks import close

pytestmark = pytest.mark.float64

# By rank, then by step: two samples (x, y).
SHARDS = [
    [[(1.0, 4.0), (0.0, 1.0)], [(2.0, 3.0), (-1.0, 0.0)]],
    [[(1.0, -2.0), (1.0, 0.0)], [(0.0, 2.0), (3.0, 1.0)]],
]
STARTS = [(0.5, 1.0), (5.0, -3.0)]  # (w, b) that each rank brings


def train(module, device, count, runs):
    """By rank, for each (lr, decay) in `runs`: the errors, and (w, b) in the end."""

    def one_run(rank, lr, decay):
        model = torch.nn.Linear(1, 1, dtype=torch.float64, device=device)
        for parameter, value in zip(model.parameters(), STARTS[rank]):
            torch.nn.init.constant_(parameter, value)
        data = torch.tensor(SHARDS[rank], dtype=torch.float64, device=device)
        errors = module.fit(model, [(batch[:, :1], batch[:, 1:]) for batch in data], lr, decay)
        return [[float(error) for error in errors], [parameter.item() for parameter in model.parameters()]]

    return ranks.run(lambda rank: [one_run(rank, *run) for run in runs], count)


def by_hand(count, lr, decay, factor=1.0):
    """The errors of one process, and its (w, b); `factor` is what its gradients are multiplied by."""
    (w, b), errors = STARTS[0], []
    for batches in zip(*SHARDS[:count]):
        samples = list(chain(*batches))
        slopes = [2 * (w * x + b - y) / len(samples) for x, y in samples]
        errors.append(sum((w * x + b - y) ** 2 for x, y in samples) / len(samples))
        slope = factor * sum(slope * x for slope, (x, _) in zip(slopes, samples)), factor * sum(slopes)
        w, b = w - lr * (slope[0] + decay * w), b - lr * (slope[1] + decay * b)
    return errors, [w, b]


def check(module, device, count, runs, factor=1.0):
    for rank, results in enumerate(train(module, device, count, runs)):
        for (lr, decay), (errors, line) in zip(runs, results):
            wanted, last = by_hand(count, lr, decay, factor)
            where = f"of rank {rank} of {count}, with lr {lr} and decay {decay}"
            close(errors, wanted, f"the errors before 2 steps {where}")
            close(line, last, f"weight and bias after 2 steps {where}")


# What fit promises


def test_two_ranks_train_like_one_process(solution, device):
    check(solution, device, 2, [(0.125, 0.0), (0.25, 0.5)])


# What already works and must stay


def test_one_rank_trains_like_one_process(solution, device):
    check(solution, device, 1, [(0.125, 0.0), (0.25, 0.5)])


# The documented failure


def test_every_rank_makes_the_steps_longer(broken, device):
    check(broken, device, 2, [(0.125, 0.5)], factor=2.0)
