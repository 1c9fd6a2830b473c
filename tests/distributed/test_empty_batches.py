"""A model that is trained on several ranks, some of them without samples: what `train` promises.

The ranks are threads, and `dist` stands in for torch.distributed: it knows when a rank waits forever.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

from itertools import chain

import pytest
import torch

from torchkata import thread_ranks
from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

LR = 0.125
# The samples (x, y) from which ranks take their batches, one after another.
SAMPLES = [(1.0, 4.0), (0.0, 1.0), (2.0, -1.0), (-1.0, 0.0), (1.0, 0.5), (0.5, 3.0)]
STARTS = [(0.5, 1.0), (5.0, -3.0), (-1.0, 2.0)]  # (w, b) that each rank brings


def shards_of(sizes):
    """Batches by rank and step; `sizes` are by step and rank. Each step starts over with SAMPLES."""
    return [
        [SAMPLES[sum(step[:rank]) : sum(step[: rank + 1])] for step in sizes] for rank in range(len(sizes[0]))
    ]


def run(module, device, sizes):
    """By rank: where it waits forever or "done", and its (w, b)."""
    shards = shards_of(sizes)
    models = [torch.nn.Linear(1, 1, dtype=torch.float64, device=device) for _ in shards]

    def one_rank(rank, dist):
        for parameter, value in zip(models[rank].parameters(), STARTS[rank]):
            torch.nn.init.constant_(parameter, value)
        batches = [torch.tensor(b, dtype=torch.float64, device=device).reshape(-1, 2) for b in shards[rank]]
        module.train(models[rank], [(batch[:, :1], batch[:, 1:]) for batch in batches], LR, dist)
        return "done"

    ends = thread_ranks.run(one_rank, len(shards))
    return ends, [[parameter.item() for parameter in model.parameters()] for model in models]


def step(line, samples):
    """The line after one step on the mean over these samples, with both derivatives written out."""
    if not samples:
        return line
    slopes = [2 * (line[0] * x + line[1] - y) / len(samples) for x, y in samples]
    gradient = sum(slope * x for slope, (x, _) in zip(slopes, samples)), sum(slopes)
    return line[0] - LR * gradient[0], line[1] - LR * gradient[1]


def check(module, device, sizes):
    ends, lines = run(module, device, sizes)
    situation = f"samples by step and rank: {sizes}"
    equal(ends, ["done"] * len(sizes[0]), f"what each rank does in the end ({situation})")
    line = STARTS[0]
    for batches in zip(*shards_of(sizes)):
        line = step(line, list(chain(*batches)))
    for rank, got in enumerate(lines):
        close(got, list(line), f"weight and bias of rank {rank} ({situation})", rtol=1e-6, atol=1e-6)


# What train promises


@pytest.mark.parametrize(
    "sizes",
    [[[2, 0], [1, 2]], [[0, 3]], [[1, 1], [2, 0]], [[0, 1], [2, 2], [3, 0], [1, 1]], [[0, 2, 1], [1, 0, 0]]],
    ids=str,
)
def test_a_rank_without_samples_takes_the_others_steps(solution, device, sizes):
    check(solution, device, sizes)


def test_the_order_of_empty_batches_does_not_matter(solution, device):
    for sizes in ([[0, 2], [2, 0], [1, 1]], [[1, 1], [0, 2], [2, 0]]):
        check(solution, device, sizes)


# What already works and must stay


@pytest.mark.parametrize("sizes", [[[2, 2], [1, 3]], [[1, 1, 2]] * 3, [[3], [1]], [[1, 2]]], ids=str)
def test_samples_count_the_same_on_every_rank(solution, device, sizes):
    check(solution, device, sizes)


@pytest.mark.parametrize("sizes", [[[0, 0]], [[1, 2], [0, 0], [2, 1]], [[0], [2]]], ids=str)
def test_a_step_without_any_sample_changes_nothing(solution, device, sizes):
    check(solution, device, sizes)


# The documented failure


def test_the_rank_with_more_batches_waits_for_ever(broken, device):
    ends, _ = run(broken, device, [[2, 2], [2, 0]])
    equal(ends, ["waits in all_reduce of size 1", "done"], "what each rank does in the end")


def test_the_ranks_meet_in_different_steps(broken, device):
    ends, lines = run(broken, device, [[2, 0], [1, 2], [0, 1]])
    equal(ends, ["done", "done"], "what each rank does in the end, with an empty batch on each")
    first = shards_of([[2, 0], [1, 2], [0, 1]])
    line = STARTS[0]
    for own, other in zip([first[0][0], first[0][1]], [first[1][1], first[1][2]]):
        line = step(line, own + other)  # rank 0's batches with those that come a step later on rank 1
    for rank in (0, 1):
        close(lines[rank], list(line), f"weight and bias of rank {rank}", rtol=1e-6, atol=1e-6)
