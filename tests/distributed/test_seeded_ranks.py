"""The epochs of several ranks: what `epoch_of` promises.

No process group is needed: the function is told its rank, so that a test can be all ranks in turn. The
samples are numbers that name themselves. `solution` is the file under test, `broken` the one in broken/.
"""

import pytest
import torch

from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

SEEDS = [0, 1, 7]


def numbers(count, device):
    return torch.arange(count, dtype=torch.float64, device=device)


def read(module, device, count, size, seed=1, epoch=0, batch_size=4):
    """The samples that each rank reads, without noise."""
    data = numbers(count, device)
    ranks = [module.epoch_of(data, rank, size, seed, epoch, batch_size, 0.0) for rank in range(size)]
    return [[int(value) for batch in batches for value in batch.tolist()] for batches in ranks]


def read_by_all(module, device, count, size, seed=1, epoch=0):
    """The samples that the ranks read, all together, sorted."""
    return sorted(sample for part in read(module, device, count, size, seed, epoch) for sample in part)


def drawn(module, device, rank, size, seed=1, epoch=0, noise=1.0):
    """The noise that this rank draws for 12 samples."""
    batches = module.epoch_of(torch.zeros(12 * size, device=device), rank, size, seed, epoch, 5, noise)
    return torch.cat(batches)


# What epoch_of promises


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("count", "size"), [(24, 2), (30, 3), (40, 8)])
def test_the_ranks_together_read_every_sample_once(solution, device, count, size, seed):
    for epoch in (0, 1, 5):
        every = read_by_all(solution, device, count, size, seed, epoch)
        equal(every, list(range(count)), f"what {size} ranks read in epoch {epoch}, seed {seed}, sorted")


def test_every_rank_reads_as_many_as_the_others(solution, device):
    lengths = [len(samples) for samples in read(solution, device, 30, 3)]
    equal(lengths, [10, 10, 10], "how many samples each rank reads")
    equal(len(set(read_by_all(solution, device, 30, 3))), 30, "how many of 30 samples are read")


def test_which_samples_a_rank_reads_changes(solution, device):
    parts = [sorted(read(solution, device, 40, 2, epoch=epoch)[0]) for epoch in range(4)]
    equal(len({tuple(part) for part in parts}), 4, "how many different parts rank 0 has in 4 epochs")
    every = read_by_all(solution, device, 40, 2, epoch=3)
    equal(every, list(range(40)), "what both ranks read in epoch 3, sorted")


# What already works and must stay


def test_one_rank_alone_reads_everything_in_a_new_order(solution, device):
    orders = [read(solution, device, 40, 1, epoch=epoch)[0] for epoch in range(3)]
    for order in orders:
        equal(sorted(order), list(range(40)), "what a single rank reads, sorted")
    orders.append(list(range(40)))
    equal(len({tuple(order) for order in orders}), 4, "how many of 3 orders and the sorted one differ")


def test_seeds_shuffle_differently(solution, device):
    orders = [read(solution, device, 40, 1, seed=seed)[0] for seed in SEEDS]
    equal(len({tuple(order) for order in orders}), len(SEEDS), "how many different orders three seeds give")


def test_batches_of_an_epoch_draw_different_noise(solution, device):
    values = drawn(solution, device, 1, 2).tolist()
    equal(len(set(values)), len(values), "how many of the draws for 12 samples, in 3 batches, differ")


def test_no_noise_is_drawn_twice(solution, device):
    places = [(rank, size, epoch) for size in (2, 3) for rank in range(size) for epoch in range(4)]
    for size in (2, 3):
        first = [drawn(solution, device, r, s, epoch=e)[0].item() for r, s, e in places if s == size]
        equal(len(set(first)), len(first), f"how many different noises {size} ranks draw in 4 epochs")


def test_no_noise_comes_back_in_a_long_run(solution, device):
    for size in (2, 3):
        first = [drawn(solution, device, rank, size, epoch=0)[0].item() for rank in range(size)]
        for epoch in (100, 1000, 10_000):
            later = drawn(solution, device, 0, size, epoch=epoch)[0].item()
            equal(later in first, False, f"whether rank 0 draws in epoch {epoch} what a rank drew in epoch 0")


def test_seeds_draw_different_noise(solution, device):
    first = [drawn(solution, device, 0, 2, seed=seed)[0].item() for seed in SEEDS]
    equal(len(set(first)), len(SEEDS), "how many different noises three seeds draw")


def test_the_noise_has_its_size_and_sits_on_the_data(solution, device):
    one, three = drawn(solution, device, 1, 2), drawn(solution, device, 1, 2, noise=3.0)
    close(three, 3 * one, "noise of 3, beside noise of 1")
    many = torch.cat(solution.epoch_of(torch.zeros(4000, 2, device=device), 0, 1, 1, 0, 4000, 2.0))
    close(many.std().item(), 2.0, "the spread of 8000 draws with noise 2", rtol=0.05)
    data = torch.full((8,), 5.0, dtype=torch.float64, device=device)
    plain = torch.cat(solution.epoch_of(torch.zeros_like(data), 0, 2, 1, 0, 3, 1.0))
    close(torch.cat(solution.epoch_of(data, 0, 2, 1, 0, 3, 1.0)), plain + 5.0, "noise on samples of 5")


def test_the_batches_have_their_size(solution, device):
    data = torch.zeros(20, 2, dtype=torch.float64, device=device)
    shapes = [tuple(batch.shape) for batch in solution.epoch_of(data, 1, 2, 1, 0, 4, 0.5)]
    equal(shapes, [(4, 2), (4, 2), (2, 2)], "the shapes of the batches of 10 samples")


def test_the_same_arguments_give_the_same_batches(solution, device):
    torch.manual_seed(3)
    state = torch.get_rng_state()
    first = drawn(solution, device, 1, 3, epoch=2)
    equal(torch.get_rng_state(), state, "the state of torch's generator after the call")
    torch.manual_seed(4)
    close(drawn(solution, device, 1, 3, epoch=2), first, "the same call a second time")


# The documented failure


@pytest.mark.parametrize("size", [2, 8])
def test_samples_are_read_twice_or_never(broken, device, size):
    samples = read_by_all(broken, device, 800, size)
    never = 1 - len(set(samples)) / 800
    equal(len(samples), 800, "how many samples are read, with repetitions")
    close(never, (1 - 1 / size) ** size, f"the share that none of {size} ranks reads", rtol=0.0, atol=0.06)
