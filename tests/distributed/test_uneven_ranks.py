"""`fit` trains one model on ranks whose batches differ in size, as one process with all samples would.

The ranks are real: forked processes in a gloo group, each with a line w x + b and its own batches.
A second feature is 0 everywhere, so its weight stays.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

from itertools import chain

import pytest
import torch

from torchkata import ranks
from torchkata.checks import close

pytestmark = pytest.mark.float64

# The samples (x, y) from which ranks take their batches, one after another.
SAMPLES = [(1.0, 4.0), (0.0, 1.0), (2.0, -1.0), (-1.0, 0.0), (1.0, 0.5), (0.5, 3.0), (-2.0, 1.0), (0.25, 2.0)]
STARTS = [(0.5, 1.0), (5.0, -3.0)]  # (w, b) that each rank brings


def shards_of(sizes):
    """Batches by rank and step; `sizes` are by step and rank. Each step starts over with SAMPLES."""
    count = len(sizes[0])
    starts = [[sum(step[:rank]) for rank in range(count)] for step in sizes]
    return [
        [SAMPLES[start[rank] : start[rank] + step[rank]] for step, start in zip(sizes, starts)]
        for rank in range(count)
    ]


def train(module, device, sizes, lr):
    """(w, b) of every rank after one step for each entry of `sizes`."""
    shards = shards_of(sizes)

    def one_rank(rank):
        model = torch.nn.Linear(2, 1, dtype=torch.float64, device=device)
        for parameter, value in zip(model.parameters(), STARTS[rank]):
            torch.nn.init.constant_(parameter, value)
        batches = [torch.tensor(batch, dtype=torch.float64, device=device) for batch in shards[rank]]
        pairs = [(batch[:, :1] * torch.tensor([1.0, 0.0], device=device), batch[:, 1:]) for batch in batches]
        module.fit(model, pairs, lr)
        return [model.weight[0, 0].item(), model.bias.item()]

    return ranks.run(one_rank, len(shards))


def gradient(line, samples):
    """Of the mean squared error over these samples, with both derivatives written out."""
    slopes = [2 * (line[0] * x + line[1] - y) / len(samples) for x, y in samples]
    return sum(slope * x for slope, (x, _) in zip(slopes, samples)), sum(slopes)


def descent(gradient_of_step, steps, lr):
    line = STARTS[0]
    for step in range(steps):
        slope = gradient_of_step(line, step)
        line = (line[0] - lr * slope[0], line[1] - lr * slope[1])
    return list(line)


def check(module, device, sizes, lr):
    shards = shards_of(sizes)

    def over_all_samples(line, step):
        return gradient(line, list(chain(*(batches[step] for batches in shards))))

    wanted = descent(over_all_samples, len(sizes), lr)
    for rank, line in enumerate(train(module, device, sizes, lr)):
        what = f"weight and bias of rank {rank}, for batches of {sizes} samples by step and rank"
        close(line, wanted, what)


# What fit promises


def test_uneven_batches_give_the_steps_of_one_process(solution, device):
    check(solution, device, [[1, 3], [4, 1], [1, 6]], lr=0.125)


# What already works and must stay


def test_one_rank_takes_the_mean_over_each_batch(solution, device):
    check(solution, device, [[1], [5], [2]], lr=0.2)


# The documented failure


def test_every_rank_counts_the_same_however_few_samples_it_has(broken, device):
    sizes = [[1, 3], [4, 1], [1, 6]]
    shards = shards_of(sizes)

    def over_ranks(line, step):
        means = [gradient(line, batches[step]) for batches in shards]
        return [sum(parts) / len(means) for parts in zip(*means)]

    wanted = descent(over_ranks, len(sizes), 0.125)
    for rank, line in enumerate(train(broken, device, sizes, 0.125)):
        close(line, wanted, f"weight and bias of rank {rank}, from the mean of the ranks' means")
