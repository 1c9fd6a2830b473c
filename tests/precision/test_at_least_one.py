"""At least one candidate is right: what `at_least_one_loss` promises.

With p = sigmoid(score) and none = the product of (1 - p), the loss of a row is (1 - none - label)², and its
slope along a score is 2 (1 - none - label) none p. Both are computed here in plain Python floats.
"""

import math

import pytest
import torch

from torchkata.checks import close, equal

DTYPES = [torch.float32, torch.bfloat16, torch.float16]
HALVES = DTYPES[1:]


def wanted(scores, mask, labels):
    """The loss, and its slopes along all scores."""
    loss, slopes = 0.0, []
    for row, keep, label in zip(scores, mask, labels):
        p = [1 / (1 + math.exp(-score)) if score > -500 else 0.0 for score in row]
        none = math.prod(1 / (1 + math.exp(min(score, 500))) for score, k in zip(row, keep) if k)
        off = 1 - none - label
        loss += off**2 / len(labels)
        slopes.append([2 * off * none * q / len(labels) if k else 0.0 for q, k in zip(p, keep)])
    return loss, slopes


def both(module, scores, mask, labels, dtype, device):
    """The loss, and its gradient along the scores."""
    leaf = torch.tensor(scores, dtype=dtype, device=device, requires_grad=True)
    mask = torch.tensor(mask, dtype=torch.bool, device=device).reshape(leaf.shape)
    loss = module.at_least_one_loss(leaf, mask, torch.tensor(labels, device=device))
    (gradient,) = torch.autograd.grad(loss, leaf)
    return loss, gradient


def check(module, scores, mask, labels, dtype, device, what):
    loss, gradient = both(module, scores, mask, labels, dtype, device)
    value, slopes = wanted(scores, mask, labels)
    near = {"rtol": 0.0, "atol": 3 * torch.finfo(dtype).eps}
    close(loss, torch.tensor(value, device=device), f"the loss of {what} in {dtype}", **near)
    slopes = torch.tensor(slopes, dtype=dtype, device=device)
    close(gradient, slopes, f"the gradient of {what} in {dtype}", **near)


# What at_least_one_loss promises


@pytest.mark.parametrize("dtype", HALVES)
@pytest.mark.parametrize("label", [True, False])
def test_a_certain_candidate_leaves_the_gradients_finite(solution, device, dtype, label):
    for size in (8.0, 12.0, 20.0, 100.0, 1000.0):
        check(solution, [[size, -1.0]], [[True, True]], [label], dtype, device, f"scores {size} and -1")


@pytest.mark.parametrize("dtype", HALVES)
def test_certainty_in_the_padding_leaves_them_finite_too(solution, device, dtype):
    scores, mask = [[1.0, -0.5, 30.0]], [[True, True, False]]
    check(solution, scores, mask, [False], dtype, device, "two candidates and a padding of 30")


@pytest.mark.parametrize("dtype", HALVES)
def test_one_certain_row_among_others(solution, device, dtype):
    scores = [[0.5, -1.0, 2.0], [40.0, 1.0, 40.0], [-40.0, 0.25, 40.0]]
    mask = [[True, False, True], [True, True, True], [True, True, False]]
    check(solution, scores, mask, [True, False, True], dtype, device, "three rows")


@pytest.mark.parametrize("dtype", HALVES)
def test_the_gradient_inside_a_larger_loss(solution, device, dtype):
    scores = torch.tensor([[20.0, 0.5], [0.5, -1.0]], dtype=dtype, device=device, requires_grad=True)
    mask = torch.tensor([[False, True], [True, True]], device=device)
    loss = solution.at_least_one_loss(scores, mask, torch.tensor([False, True], device=device))
    (gradient,) = torch.autograd.grad(4.0 * loss + scores.float().sum(), scores)
    _, slopes = wanted(scores.tolist(), mask.tolist(), [False, True])
    expected = torch.tensor([[4 * s + 1 for s in row] for row in slopes], dtype=dtype, device=device)
    close(gradient, expected, f"the gradient of 4 loss + sum of scores in {dtype}", rtol=0, atol=0.1)


# What already works and must stay


@pytest.mark.parametrize("dtype", DTYPES)
def test_moderate_scores_give_the_formula(solution, device, dtype):
    scores = [[0.5, -1.0, 1.5, -3.0], [-2.0, -4.0, 0.0, 3.0]]
    mask = [[True, True, False, True], [True, True, True, False]]
    check(solution, scores, mask, [True, False], dtype, device, "two rows of four")


def test_float32_is_exact_to_its_own_precision(solution, device):
    for size in (4.0, 8.0, 12.0):
        loss, _ = both(solution, [[size]], [[True]], [True], torch.float32, device)
        value, _ = wanted([[size]], [[True]], [True])
        close(math.sqrt(loss.item()), math.sqrt(value), f"1 - p at {size}", rtol=0, atol=4e-7)
    check(solution, [[30.0, 5.0]], [[True, True]], [False], torch.float32, device, "a certain row")


@pytest.mark.parametrize("label", [True, False])
def test_certainty_costs_float32_three_millionths_at_most(solution, device, label):
    for size in (13.0, 14.5, 30.0, 1000.0):
        loss, gradient = both(solution, [[size]], [[True]], [label], torch.float32, device)
        value, slopes = wanted([[size]], [[True]], [label])
        close(loss.item(), value, f"the loss of one score of {size}", rtol=0, atol=3e-6)
        close(gradient.tolist(), slopes, f"the gradient of one score of {size}", rtol=0, atol=3e-6)


@pytest.mark.parametrize("dtype", DTYPES)
def test_padding_has_no_effect(solution, device, dtype):
    short, _ = both(solution, [[0.5, -1.0]], [[True, True]], [False], dtype, device)
    for padding in (-5.0, 0.0, 5.0):
        loss, gradient = both(solution, [[0.5, -1.0, padding]], [[True, True, False]], [False], dtype, device)
        close(loss, short, f"the loss with a padding of {padding}")
        equal(gradient[0, 2].item(), 0.0, f"the gradient at a padding of {padding}")


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_row_without_candidates_has_probability_zero(solution, device, dtype):
    loss, gradient = both(solution, [[1.0, 2.0]], [[False, False]], [True], dtype, device)
    equal(loss.item(), 1.0, "the loss of an empty row that should have been found")
    equal(gradient.tolist(), [[0.0, 0.0]], "the gradient of an empty row")


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_loss_is_a_float32_scalar(solution, device, dtype):
    loss, gradient = both(solution, [[1.0], [2.0]], [[True], [True]], [True, False], dtype, device)
    equal([str(loss.dtype), tuple(loss.shape)], ["torch.float32", ()], "dtype and shape of the loss")
    equal(str(gradient.dtype), str(dtype), "dtype of the gradient")


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_score_that_is_nan_is_not_hidden(solution, device, dtype):
    loss, gradient = both(solution, [[math.nan, 1.0]], [[True, True]], [False], dtype, device)
    equal(math.isnan(loss.item()), True, "whether the loss of a NaN score is NaN")
    equal(math.isnan(gradient[0, 0].item()), True, "whether its gradient is NaN")


# The documented failure


@pytest.mark.parametrize("dtype", HALVES)
def test_the_loss_is_finite_and_the_gradient_is_not(broken, device, dtype):
    scores, mask = [[20.0, 0.5], [0.5, 20.0]], [[True, True], [True, False]]
    loss, gradient = both(broken, scores, mask, [False, False], dtype, device)
    value, _ = wanted(scores, mask, [False, False])
    close(loss.item(), value, f"the loss in {dtype}", rtol=0, atol=3 * torch.finfo(dtype).eps)
    nans = gradient.isnan().tolist()
    equal(nans, [[True, False], [False, True]], f"which gradients are NaN in {dtype}")
