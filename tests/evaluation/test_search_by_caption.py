"""Pictures and captions: what `matches` promises.

Each picture has its own best caption, each caption its own best picture.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import itertools
import math

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

PICTURES = [[3.0, 1.0, 0.0], [-1.0, 2.0, 0.0], [0.0, -1.0, 5.0], [1.0, 0.0, 1.5], [0.5, 0.0, -2.0]]
CAPTIONS = [[2.0, 1.0, 0.0], [-1.0, 4.0, 1.0], [1.0, 1.0, 8.0], [0.0, -1.0, 4.0], [1.0, 9.0, 0.0]]


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def cosines(pictures, captions):
    return [
        [
            sum(a * b for a, b in zip(p, c)) / math.sqrt(sum(a * a for a in p) * sum(b * b for b in c))
            for c in captions
        ]
        for p in pictures
    ]


def rates(pictures, captions):
    """How often row i has its largest number at i, and how often column i does."""
    table = cosines(pictures, captions)
    turned = [list(column) for column in zip(*table)]
    return [sum(row[i] == max(row) for i, row in enumerate(t)) / len(t) for t in (table, turned)]


def loss_of(pictures, captions, scale):
    table = [[scale * x for x in row] for row in cosines(pictures, captions)]
    turned = [list(column) for column in zip(*table)]
    losses = [
        math.log(sum(math.exp(x) for x in row)) - row[i] for t in (table, turned) for i, row in enumerate(t)
    ]
    return sum(losses) / len(losses)


# What matches promises


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_each_finds_its_own_or_not(solution, device, n):
    _, *got = solution.matches(tensor(PICTURES[:n], device), tensor(CAPTIONS[:n], device))
    by_picture, by_caption = rates(PICTURES[:n], CAPTIONS[:n])
    close(got[0], by_picture, f"how often a picture finds its caption, {n} pairs", rtol=1e-6, atol=1e-6)
    close(got[1], by_caption, f"how often a caption finds its picture, {n} pairs", rtol=1e-6, atol=1e-6)


def test_the_order_of_the_pairs_does_not_matter(solution, device):
    wanted = rates(PICTURES[:4], CAPTIONS[:4])
    for order in itertools.permutations(range(4)):
        pictures, captions = [PICTURES[i] for i in order], [CAPTIONS[i] for i in order]
        _, *got = solution.matches(tensor(pictures, device), tensor(captions, device))
        close(got, wanted, f"both rates, in the order {order}", rtol=1e-6, atol=1e-6)


def test_a_perfect_match_has_rates_of_1(solution, device):
    for n in (2, 3, 6):
        _, *got = solution.matches(
            torch.eye(n, dtype=torch.float64, device=device),
            2 * torch.eye(n, dtype=torch.float64, device=device),
        )
        close(got, [1.0, 1.0], f"both rates of {n} perfect pairs")


# What already works and must stay


def test_a_single_pair_always_finds_itself(solution, device):
    loss, *got = solution.matches(tensor([[1.0, -2.0]], device), tensor([[-3.0, 0.5]], device))
    close(got, [1.0, 1.0], "both rates of one pair")
    close(loss.item(), 0.0, "the loss of one pair")


@pytest.mark.parametrize("scale", [1.0, 4.0])
def test_the_loss_is_the_mean_of_two_cross_entropies(solution, device, scale):
    loss, _, _ = solution.matches(tensor(PICTURES, device), tensor(CAPTIONS, device), scale)
    close(loss.item(), loss_of(PICTURES, CAPTIONS, scale), f"the loss with scale {scale}")


def test_the_length_of_a_row_changes_nothing(solution, device):
    pictures, captions = tensor(PICTURES, device), tensor(CAPTIONS, device)
    lengths = tensor([[0.5], [8.0], [1.0], [64.0], [0.25]], device)
    before = solution.matches(pictures, captions)
    after = solution.matches(pictures * lengths, captions * lengths.flip(0))
    close(after[0].item(), before[0].item(), "the loss after rows were stretched")
    close(list(after[1:]), list(before[1:]), "the rates after rows were stretched")


def test_the_loss_pulls_pairs_together(solution, device):
    pictures, captions = tensor(PICTURES, device).requires_grad_(), tensor(CAPTIONS, device).requires_grad_()
    (3 * solution.matches(pictures, captions, 4.0)[0]).backward()
    step = 1e-6
    for k in range(3):
        above, below = [list(row) for row in PICTURES], [list(row) for row in PICTURES]
        above[1][k] += step
        below[1][k] -= step
        slope = 3 * (loss_of(above, CAPTIONS, 4.0) - loss_of(below, CAPTIONS, 4.0)) / (2 * step)
        close(
            pictures.grad[1, k].item(), slope, "three times the slope along a picture", rtol=1e-5, atol=1e-7
        )
    equal(captions.grad is not None, True, "whether the captions have a gradient")


def test_no_pairs_or_unequal_shapes_are_refused(solution, device):
    for pictures, captions in (
        (PICTURES[:0], CAPTIONS[:0]),
        (PICTURES[:2], CAPTIONS[:3]),
        (PICTURES[:3], CAPTIONS[:1]),
    ):
        a, b = tensor(pictures, device).reshape(-1, 3), tensor(captions, device).reshape(-1, 3)
        with raises(ValueError, "caption", f"{len(a)} pictures and {len(b)} captions"):
            solution.matches(a, b)


# The documented failure


def test_one_position_is_compared_with_all_numbers(broken, device):
    table = torch.eye(4, dtype=torch.float64, device=device)
    _, *got = broken.matches(table, table)
    close(got, [0.25, 0.25], "both rates of four perfect pairs, the first of which is the largest")
    # the best pair is the last one now: position 8 of the flattened table, which is no row number
    pictures = table[:3, :3]
    captions = pictures + 0.5 * pictures.roll(1, 0) * pictures.new_tensor([[1.0], [1.0], [0.0]])
    _, *got = broken.matches(pictures, captions)
    close(got, [0.0, 0.0], "both rates of three pairs that find each other, the last of them best")
