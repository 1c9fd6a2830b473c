"""Attention over the words of texts: what `summarize` promises.

Expected values are computed text by text, in plain Python, from the words alone. Scores, values and
gradients are small numbers that half precision holds well; what is tested is the masking.
"""

import math

import pytest
import torch

from torchkata.checks import close, equal

DTYPES = [torch.float32, torch.bfloat16, torch.float16]
WIDTH = 4  # the square root is 2


def problem(scores, dtype, device):
    """Query, keys and values: the given scores, and values 1, -2, 4, ... beside their negatives."""
    scores = torch.tensor(scores, device=device)
    query = torch.tensor([2.0, 0.0, 0.0, 0.0], dtype=dtype, device=device)
    keys = torch.zeros(*scores.shape, WIDTH, device=device)
    keys[..., 0] = scores
    first = torch.tensor([1.0, -2.0, 4.0, 0.5], device=device)[: scores.shape[1]]
    values = torch.stack([first, -first], dim=1).expand(len(scores), -1, -1)
    leaves = [query, keys.to(dtype), values.to(dtype).clone()]
    return [leaf.requires_grad_(True) for leaf in leaves]


def by_hand(scores, mask):
    """The first element of each text's vector, and its slopes along the scores."""
    results, slopes = [], []
    for row, keep in zip(scores, mask):
        best = max((s for s, k in zip(row, keep) if k), default=0.0)
        powers = [math.exp(s - best) if k else 0.0 for s, k in zip(row, keep)]
        weights = [p / (sum(powers) or 1.0) for p in powers]
        values = [1.0, -2.0, 4.0, 0.5]
        result = sum(w * v for w, v in zip(weights, values))
        results.append(result)
        slopes.append([w * (v - result) for w, v in zip(weights, values)])
    return results, slopes


def check(module, scores, mask, dtype, device, factor=1.0):
    """Result and gradients of `factor` times the sum of the first elements."""
    query, keys, values = problem(scores, dtype, device)
    result = module.summarize(query, keys, values, torch.tensor(mask, device=device))
    equal(str(result.dtype), str(dtype), "the dtype of the result")
    wanted, slopes = by_hand(scores, mask)
    near = {"rtol": 0.0, "atol": 1e-5 if dtype == torch.float32 else 8 * torch.finfo(dtype).eps}
    close(result.detach().float()[:, 0], torch.tensor(wanted, device=device), f"vectors in {dtype}", **near)
    (factor * result[:, 0]).sum().backward()
    wanted = factor * torch.tensor(slopes, device=device)
    close(keys.grad.float()[..., 0], wanted, f"gradients of the keys in {dtype}", **near)
    for name, leaf in (("query", query), ("values", values)):
        equal(leaf.grad.isfinite().all().item(), True, f"whether the {name}'s gradient is finite")


SCORES = [[0.5, -1.0, 2.0], [1.0, 0.0, -0.5], [3.0, 1.0, 0.0]]


# What summarize promises


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_empty_text_is_zero_and_harms_nobody(solution, device, dtype, place):
    mask = [[True, True, False], [True, True, True], [False, True, True]]
    mask[place] = [False, False, False]
    check(solution, SCORES, mask, dtype, device)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [-500.0, -20.0, 20.0, 500.0])
def test_an_empty_text_with_large_scores_is_zero(solution, device, dtype, size):
    scores = [[size, size, size], [0.5, -1.0, 1.0]]
    check(solution, scores, [[False] * 3, [True, True, False]], dtype, device)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_gradient_inside_a_larger_loss(solution, device, dtype):
    mask = [[False, False, False], [True, False, True], [True, True, False]]
    check(solution, SCORES, mask, dtype, device, factor=-2.0)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_batch_of_empty_texts_only(solution, device, dtype):
    check(solution, [[1.0, 2.0], [-30.0, -20.0]], [[False, False], [False, False]], dtype, device)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("size", [4e9, 1e30])
def test_padding_has_no_effect_even_if_its_score_is_in_the_billions(solution, device, dtype, size):
    scores = [[1.0, size], [-size, 0.0]]
    check(solution, scores, [[True, False], [True, False]], dtype, device)


# What already works and must stay


@pytest.mark.parametrize("dtype", DTYPES)
def test_texts_with_words_are_weighted_over_their_words(solution, device, dtype):
    check(solution, SCORES, [[True, True, False], [True, True, True], [False, True, False]], dtype, device)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [50.0, 12000.0, 30000.0])
def test_padding_has_no_effect_however_well_it_fits(solution, device, dtype, size):
    scores = [[-size, size, -size], [size, -size, -size]]
    check(solution, scores, [[True, False, True], [False, True, True]], dtype, device)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_padding_has_no_effect_beyond_the_range_of_float16(solution, device, dtype):
    scores = [[-1e6, 1e6, -1e6], [1e6, -1e6, -1e6]]
    check(solution, scores, [[True, False, True], [False, True, True]], dtype, device)


@pytest.mark.parametrize("dtype", DTYPES)
def test_large_scores_among_words_are_compared_as_they_are(solution, device, dtype):
    check(solution, [[30000.0, -30000.0], [-25000.0, -25000.0]], [[True, True]] * 2, dtype, device)


def test_an_empty_text_is_zero_in_float32(solution, device):
    check(solution, SCORES, [[False] * 3, [True] * 3, [True, False, False]], torch.float32, device)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_nan_among_the_words_is_not_hidden(solution, device, dtype):
    query, keys, values = problem([[math.nan, 0.0], [0.5, 1.0]], dtype, device)
    mask = torch.tensor([[True, True], [True, True]], device=device)
    result = solution.summarize(query, keys, values, mask)
    nans = result.detach().isnan().tolist()
    equal(nans, [[True, True], [False, False]], "what is NaN where one score of the first text is")


# The documented failure


def test_in_float16_one_empty_text_spoils_all_gradients(broken, device):
    mask = torch.tensor([[True, True, False], [False, False, False], [True, True, True]], device=device)
    query, keys, values = problem(SCORES, torch.float16, device)
    result = broken.summarize(query, keys, values, mask)
    equal(result.detach().isnan()[:, 0].tolist(), [False, True, False], "which vectors are NaN")
    result[[0, 2]].sum().backward()  # a loss that leaves the empty text out
    equal(query.grad.isnan().any().item(), True, "whether the query's gradient is NaN")
