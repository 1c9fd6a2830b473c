"""Causal attention with a cache: what `attend` promises.

The expected outputs are written out, place by place: exponentials of the scores of all places that may be
read, divided by their sum.
"""

import math

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

WIDTH, DEPTH = 3, 2


def text(device, places, batch=()):
    """Unequal queries, keys and values for this many places."""
    count = math.prod(batch) * places

    def table(width, factor):
        numbers = torch.arange(count * width, dtype=torch.float64, device=device)
        return (factor * torch.sin(numbers * numbers + factor)).reshape(*batch, places, width)

    return table(WIDTH, 2.0), table(WIDTH, 3.0), table(DEPTH, 5.0)


def by_hand(queries, keys, values):
    """One text, without a batch."""
    rows = []
    for i, query in enumerate(queries):
        last = len(keys) - len(queries) + i
        sizes = [torch.exp(query @ keys[j] / math.sqrt(WIDTH)) for j in range(last + 1)]
        rows.append(sum(size * values[j] for j, size in enumerate(sizes)) / sum(sizes))
    return torch.stack(rows)


# What attend promises


@pytest.mark.parametrize("places", [2, 3, 5])
def test_a_place_reads_itself_and_what_came_before(solution, device, places):
    queries, keys, values = text(device, places)
    got = solution.attend(queries, keys, values)
    close(got, by_hand(queries, keys, values), f"outputs of {places} places, read at once")


@pytest.mark.parametrize("new", [2, 3, 4])
def test_new_places_read_the_cache_and_each_other(solution, device, new):
    queries, keys, values = text(device, 5)
    got = solution.attend(queries[-new:], keys, values)
    close(
        got, by_hand(queries[-new:], keys, values), f"outputs of {new} new places, the others from the cache"
    )


@pytest.mark.parametrize("sizes", [(6,), (3, 3), (1, 5), (2, 1, 3), (1, 1, 1, 1, 1, 1)], ids=str)
def test_a_text_can_be_read_at_once_or_in_pieces(solution, device, sizes):
    queries, keys, values = text(device, 6)
    pieces, end = [], 0
    for size in sizes:
        end += size
        pieces.append(solution.attend(queries[end - size : end], keys[:end], values[:end]))
    close(torch.cat(pieces), by_hand(queries, keys, values), f"outputs of a text read in pieces of {sizes}")


def test_no_gradient_comes_from_a_later_place(solution, device):
    inputs = [part.requires_grad_() for part in text(device, 4)]
    for place in range(4):
        output = (3 * solution.attend(*inputs)[place]).sum()
        _, keys, values = torch.autograd.grad(output, inputs)
        for what, slope in (("keys", keys), ("values", values)):
            later = slope[place + 1 :]
            close(later, torch.zeros_like(later), f"gradient of place {place} by the {what} of later places")
        reached = (values[: place + 1].abs().sum(dim=1) > 0).tolist()
        equal(reached, [True] * (place + 1), f"which values up to its own reach place {place}")


@pytest.mark.parametrize("new", [2, 5])
def test_queries_keys_and_values_have_their_gradients(solution, device, new):
    inputs = [part.requires_grad_() for part in text(device, 5)]
    pull = torch.arange(new * DEPTH, dtype=torch.float64, device=device).cos().reshape(new, DEPTH)
    queries, keys, values = inputs
    slopes = torch.autograd.grad((3 * pull * solution.attend(queries[-new:], keys, values)).sum(), inputs)
    wanted = torch.autograd.grad((3 * pull * by_hand(queries[-new:], keys, values)).sum(), inputs)
    for name, slope, want in zip(("queries", "keys", "values"), slopes, wanted):
        close(slope, want, f"gradient of the {name}, {new} new places of 5")


def test_a_later_place_stays_hidden_whatever_its_score(solution, device):
    queries, keys, values = text(device, 3)
    want = by_hand(queries, keys, values)[:2]
    keys[2] = 40 * queries[1]
    close(
        solution.attend(queries, keys, values)[:2],
        want,
        "outputs of two places beside a third with high scores",
    )


def test_the_first_place_reads_itself_however_low_its_score(solution, device):
    queries = torch.ones(3, 1, dtype=torch.float64, device=device)
    keys, values = -1e5 * queries, torch.eye(3, dtype=torch.float64, device=device)
    keys[1:] = 0.0
    got = solution.attend(queries, keys, values)[0]
    close(got, [1.0, 0.0, 0.0], "output of a first place with a score of -100000 beside two with 0")


# What already works and must stay


def test_one_new_place_reads_the_whole_cache(solution, device):
    queries, keys, values = text(device, 5)
    for end in range(1, 6):
        one = queries[end - 1 : end]
        got = solution.attend(one, keys[:end], values[:end])
        close(
            got,
            by_hand(one, keys[:end], values[:end]),
            f"output of place {end} alone, {end - 1} in the cache",
        )


def test_the_weights_of_a_place_add_up_to_one(solution, device):
    queries, keys, _ = text(device, 5)
    ones = torch.ones(5, 1, dtype=torch.float64, device=device)
    for new in (1, 3, 5):
        got = solution.attend(queries[-new:], keys, ones)
        close(got, [[1.0]] * new, f"what {new} new places read where all values are 1")


def test_every_text_of_a_batch_is_read_by_itself(solution, device):
    queries, keys, values = text(device, 4, batch=(2, 3))
    got = solution.attend(queries[..., -1:, :], keys, values)
    equal(tuple(got.shape), (2, 3, 1, DEPTH), "shape of the outputs of 2 times 3 texts")
    for i, j in ((0, 0), (0, 2), (1, 1)):
        want = by_hand(queries[i, j, -1:], keys[i, j], values[i, j])
        close(got[i, j], want, f"output of text {i}, {j} of a batch")


def test_queries_keys_and_values_stay_as_they_were(solution, device):
    inputs = text(device, 4)
    before = [part.clone() for part in inputs]
    solution.attend(*inputs)
    equal(list(inputs), before, "queries, keys and values after the call")


def test_more_queries_than_keys_are_an_error(solution, device):
    queries, keys, values = text(device, 4)
    with raises(ValueError, "4 queries", "4 queries and 3 keys"):
        solution.attend(queries, keys[:3], values[:3])


# The documented failure


def test_a_place_reads_the_one_behind_it(broken, device):
    queries, keys, values = text(device, 4)
    want = [by_hand(queries[[i]], keys[: i + 2], values[: i + 2])[0] for i in range(4)]
    close(broken.attend(queries, keys, values), torch.stack(want), "outputs of four places, read at once")


def test_what_comes_next_can_be_copied(broken, device):
    places = torch.eye(4, dtype=torch.float64, device=device)
    got = broken.attend(200 * places[1:], places[:3], places[:3])  # each looks for the place behind it
    close(got[:2], places[1:3, :4], "what the first two places read when they look one ahead")
