"""Songs in segments: what the module of `make_reader` promises.

Segments give what the song gives in one piece; only gradients end where a segment begins.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

CUTS = [[6], [5, 1], [1, 5], [3, 3], [2, 2, 2], [1, 2, 3], [1] * 6]


def reader_of(module, device):
    """Two features, three hidden units, two outputs; each parameter has values of its own."""
    reader = module.make_reader(2, 3, 2).to(device=device, dtype=torch.float64)
    with torch.no_grad():
        for number, parameter in enumerate(reader.parameters()):
            values = torch.arange(parameter.numel(), dtype=torch.float64, device=device)
            parameter.copy_(((values * 7 + number) % 11 / 5 - 1).reshape(parameter.shape))
    return reader


def songs(device, count=2, shift=0):
    values = torch.arange(count * 12, dtype=torch.float64, device=device) + shift
    return ((values * 5) % 13 / 4 - 1.5).reshape(count, 6, 2)


def read(reader, whole, sizes):
    return torch.cat([reader(segment) for segment in whole.split(sizes, dim=1)], dim=1)


# What the module promises


@pytest.mark.parametrize("sizes", CUTS)
def test_cut_songs_give_the_outputs_of_whole_ones(solution, device, sizes):
    reader = reader_of(solution, device)
    whole = reader(songs(device)).detach()
    reader.reset()
    close(
        read(reader, songs(device), sizes).detach(), whole, f"the outputs of two songs in segments of {sizes}"
    )


def test_the_same_segment_is_heard_differently_the_second_time(solution, device):
    reader = reader_of(solution, device)
    twice = [reader(songs(device)).detach() for _ in range(2)]
    equal(bool((twice[0] != twice[1]).any()), True, "whether the second reading of a segment differs")
    wanted = reader_of(solution, device)(torch.cat([songs(device)] * 2, dim=1))[:, 6:].detach()
    close(twice[1], wanted, "the second reading, beside the second half of a song of twice the length")


def test_two_readers_have_two_memories(solution, device):
    one, other = reader_of(solution, device), reader_of(solution, device)
    first = [one(songs(device)).detach(), other(songs(device, shift=5)).detach()]
    second = [one(songs(device, shift=1)).detach(), other(songs(device, shift=1)).detach()]
    equal(bool((first[0] != first[1]).any()), True, "whether the first outputs differ")
    equal(bool((second[0] != second[1]).any()), True, "whether different pasts give different outputs")


# What already works and must stay


@pytest.mark.parametrize("count", [1, 2, 3])
def test_reset_begins_new_songs(solution, device, count):
    reader = reader_of(solution, device)
    first = reader(songs(device, count)).detach()
    reader(songs(device, count, shift=3))
    reader.reset()
    close(reader(songs(device, count)).detach(), first, f"the outputs of {count} songs after a reset")


def test_every_segment_goes_backward_by_itself(solution, device):
    reader, whole = reader_of(solution, device), songs(device).requires_grad_()
    for k, segment in enumerate(whole.split(2, dim=1)):
        whole.grad = None
        (3 * reader(segment)).square().sum().backward()
        reached = (whole.grad != 0).any(dim=2).any(dim=0).tolist()
        equal(
            reached, [step // 2 == k for step in range(6)], f"the steps that segment {k} has a gradient for"
        )


def test_songs_do_not_hear_each_other(solution, device):
    reader, alone = reader_of(solution, device), reader_of(solution, device)
    together = read(reader, songs(device), [6]).detach()
    close(
        read(alone, songs(device)[:1], [6]).detach(), together[:1], "the first song, alone and beside another"
    )


def test_the_first_steps_do_not_know_the_last_ones(solution, device):
    whole = songs(device).requires_grad_()
    reader_of(solution, device)(whole)[:, 2].sum().backward()
    reached = (whole.grad != 0).any(dim=2).any(dim=0).tolist()
    equal(reached, [True] * 3 + [False] * 3, "the steps that the outputs of the third step depend on")


def test_the_number_of_songs_may_change_only_after_a_reset(solution, device):
    reader = reader_of(solution, device)
    reader(songs(device, 2))
    with raises(ValueError, "reset", "three songs after two"):
        reader(songs(device, 3))
    reader.reset()
    equal(tuple(reader(songs(device, 3)).shape), (3, 6, 2), "the shape of the outputs of three songs")


# The documented failure


def test_every_segment_begins_from_zeros(broken, device):
    reader = reader_of(broken, device)
    pieces = read(reader, songs(device), [2, 4]).detach()
    reader.reset()
    alone = reader(songs(device)[:, 2:]).detach()
    close(pieces[:, 2:], alone, "the second segment, beside the same segment of songs that begin there")
