"""`fit` trains one model on several ranks, as one process with all their samples would.

The ranks are real: forked processes in a gloo group, each with a line w x + b and its own batches.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

from itertools import chain

import pytest
import torch

from torchkata import ranks
from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

# By rank, then by step: two samples (x, y).
SHARDS = [
    [[(1.0, 4.0), (0.0, 1.0)], [(2.0, 3.0), (-1.0, 0.0)], [(1.0, 1.0), (1.0, 2.0)]],
    [
        [(1.0, -2.0), (1.0, 0.0)],
        [(0.0, 2.0), (3.0, 1.0)],
        [(-1.0, 1.0), (0.0, 0.0)],
    ],
]
STARTS = [(0.0, 1.0), (5.0, -3.0)]  # (w, b) that each rank brings


def train(module, device, count, runs, lr):
    """Errors, w and b of each of `count` ranks, for a run of each number of steps in `runs`."""

    def one_run(rank, steps):
        model = torch.nn.Linear(1, 1, dtype=torch.float64, device=device)
        for parameter, value in zip(model.parameters(), STARTS[rank]):
            torch.nn.init.constant_(parameter, value)
        data = torch.tensor(SHARDS[rank][:steps], dtype=torch.float64, device=device).reshape(steps, 2, 2)
        errors = module.fit(model, [(batch[:, :1], batch[:, 1:]) for batch in data], lr)
        return [plain(errors), [parameter.item() for parameter in model.parameters()]]

    return ranks.run(lambda rank: [one_run(rank, steps) for steps in runs], count)


def plain(errors):
    """The floats, and the type's name of whatever is none."""
    if type(errors) is not list:
        return type(errors).__name__
    return [error if type(error) is float else type(error).__name__ for error in errors]


def descent(samples_by_step, lr, start=STARTS[0]):
    """(w, b) before each step and after the last one, with both derivatives written out."""
    lines = [start]
    for samples in samples_by_step:
        w, b = lines[-1]
        slopes = [2 * (w * x + b - y) / len(samples) for x, y in samples]
        gradient = sum(slope * x for slope, (x, _) in zip(slopes, samples)), sum(slopes)
        lines.append((w - lr * gradient[0], b - lr * gradient[1]))
    return lines


def error(line, samples):
    return sum((line[0] * x + line[1] - y) ** 2 for x, y in samples) / len(samples)


def check(module, device, count, runs, lr):
    shards = SHARDS[:count]
    lines = descent([list(chain(*batches)) for batches in zip(*shards)], lr)
    for rank, results in enumerate(train(module, device, count, runs, lr)):
        for steps, (errors, line) in zip(runs, results):
            where = f"of rank {rank} of {count} after {steps} steps"
            close(line, list(lines[steps]), f"weight and bias {where}")
            wanted = [error(lines[k], shards[rank][k]) for k in range(steps)]
            if steps:
                close(errors, wanted, f"errors {where}")
            else:
                equal(errors, [], f"errors {where}")


# What fit promises


def test_two_ranks_train_like_one_process_with_all_samples(solution, device):
    check(solution, device, count=2, runs=[1, 3], lr=0.125)


# What already works and must stay


def test_with_one_rank_it_is_plain_gradient_descent(solution, device):
    check(solution, device, count=1, runs=[0, 3], lr=0.2)


# The documented failure


def test_each_rank_learns_from_its_own_samples_only(broken, device):
    for rank, ((errors, line),) in enumerate(train(broken, device, 2, [3], 0.125)):
        lines = descent(SHARDS[rank], 0.125)  # from the start of rank 0, with the samples of this rank
        close(line, list(lines[3]), f"weight and bias of rank {rank}, trained alone for 3 steps")
        wanted = [error(lines[k], SHARDS[rank][k]) for k in range(3)]
        close(errors, wanted, f"errors of rank {rank}, trained alone for 3 steps")
