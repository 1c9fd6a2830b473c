"""Sampling from the likely tokens: what `nucleus` and `next_tokens` promise.

All probabilities are known, and each p lies well between two sums, so that rounding decides nothing.
`solution` is the file under test, `broken` the one in broken/.
"""

import pytest
import torch

from torchkata.checks import close, equal

# Not sorted, and not its own inverse when it is sorted: the order of the tokens is 2, 0, 3, 1.
ROW = [0.25, 0.0625, 0.5, 0.1875]


def logits(device, *rows):
    return torch.tensor(rows, device=device).log()


def allowed(module, device, p, *rows):
    return module.nucleus(logits(device, *rows), p).tolist()


# What nucleus promises


@pytest.mark.parametrize(
    ("p", "wanted"),
    [
        (0.6, [True, False, True, False]),
        (0.7, [True, False, True, False]),
        (0.8, [True, False, True, True]),
        (0.92, [True, False, True, True]),
        (0.95, [True, True, True, True]),
    ],
)
def test_the_nucleus_is_the_smallest_set_that_reaches_p(solution, device, p, wanted):
    equal(allowed(solution, device, p, ROW), [wanted], f"which of {ROW} may be drawn with p = {p}")


@pytest.mark.parametrize("p", [0.1, 0.3, 0.55, 0.85, 0.99])
def test_a_nucleus_reaches_p_and_without_its_last_token_it_does_not(solution, device, p):
    torch.manual_seed(0)
    probabilities = torch.softmax(2 * torch.randn(5, 9), dim=-1).to(device)
    kept = probabilities * solution.nucleus(probabilities.log(), p)
    mass = kept.sum(dim=-1)
    least = kept.masked_fill(kept == 0, 2.0).amin(dim=-1)
    equal((mass >= p).tolist(), [True] * 5, f"whether the nucleus of each row has a probability of {p}")
    what = f"whether it falls short of {p} without its least likely token"
    equal((mass - least < p).tolist(), [True] * 5, what)


def test_each_row_has_a_nucleus_of_its_own(solution, device):
    got = allowed(solution, device, 0.8, [0.9, 0.05, 0.05], [0.125, 0.25, 0.625], [0.25, 0.375, 0.375])
    wanted = [[True, False, False], [False, True, True], [True, True, True]]
    equal(got, wanted, "which tokens may be drawn in a sure row, a less sure one and a flat one")


def test_a_nucleus_is_found_in_half_precision_too(solution, device):
    many = torch.zeros(1, 512, device=device, dtype=torch.bfloat16)
    size = solution.nucleus(many, 0.701).sum().item()
    equal(size, 359, "the size of the nucleus of 512 equally likely tokens, bfloat16, p = 0.701")


def test_what_was_left_out_by_a_hair_is_drawn(solution, device):
    table = logits(device, [0.5, 0.4, 0.1]).expand(400, 3)
    torch.manual_seed(0)
    drawn = solution.next_tokens(table, 0.85, 1.0)
    equal(sorted(set(drawn.tolist())), [0, 1], "the tokens that come up in 400 draws, p = 0.85")
    share = (drawn == 1).float().mean().item()
    close(share, 4 / 9, "how often the second token comes up, of the two", atol=0.12)


def test_the_temperature_comes_before_the_nucleus(solution, device):
    # At temperature 0.5 the probabilities 0.5, 0.4, 0.1 are 25/42, 16/42, 1/42.
    table = logits(device, [0.1, 0.5, 0.4]).expand(300, 3)
    torch.manual_seed(1)
    drawn = solution.next_tokens(table, 0.95, 0.5)
    equal(sorted(set(drawn.tolist())), [1, 2], "the tokens that come up at temperature 0.5 with p = 0.95")


# What already works and must stay


def test_one_token_is_left_where_the_model_is_sure(solution, device):
    equal(allowed(solution, device, 0.3, ROW), [[False, False, True, False]], "the nucleus with p = 0.3")
    drawn = solution.next_tokens(logits(device, ROW).expand(20, 4), 0.3, 1.0)
    equal(drawn.tolist(), [2] * 20, "what is drawn with p = 0.3")


def test_of_equally_likely_tokens_the_earlier_is_taken_first(solution, device):
    got = allowed(solution, device, 0.2, [0.25, 0.25, 0.25, 0.25])
    equal(got, [[True, False, False, False]], "the nucleus of four equally likely tokens, p = 0.2")


def test_the_logits_are_left_as_they_are(solution, device):
    table = logits(device, ROW, ROW)
    before, version = table.clone(), table._version
    drawn = solution.next_tokens(table, 0.4, 0.7)
    equal(table.tolist(), before.tolist(), "the logits after a draw")
    equal(table._version, version, "how often the logits were written to")
    equal((tuple(drawn.shape), drawn.dtype), ((2,), torch.int64), "shape and dtype of what is drawn")


# The documented failure


@pytest.mark.parametrize("p", [0.6, 0.7])
def test_the_token_that_would_reach_p_is_left_out(broken, device, p):
    wanted = [[False, False, True, False]]
    equal(allowed(broken, device, p, ROW), wanted, f"which of {ROW} may be drawn with p = {p}")


def test_the_nucleus_always_falls_short(broken, device):
    torch.manual_seed(0)
    probabilities = torch.softmax(torch.randn(5, 9), dim=-1).to(device)
    kept = probabilities * broken.nucleus(probabilities.log(), 0.85)
    mass = kept.sum(dim=-1)
    equal((mass < 0.85).tolist(), [True] * 5, "whether the nucleus of each row is too small for p = 0.85")
