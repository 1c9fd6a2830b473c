"""A normalized residual step: what `residual_step` promises.

What the step adds is compared with the formula in float64, and gradients with finite differences of the
formula, at the same inputs.
"""

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

DTYPES = [torch.float32, torch.bfloat16, torch.float16]
PATTERN = [1.0, -0.5, 0.25, 0.0]


def change_of(hidden, gain, weight, eps):
    """What the step adds, in float64, on exactly these numbers."""
    hidden, gain, weight = hidden.double(), gain.double(), weight.double()
    rms = (eps + hidden.square().mean(dim=-1, keepdim=True)).sqrt()
    return (hidden / rms * gain) @ weight.T


def problem(size, dtype, device, rows=2, width=4):
    """Rows of the size that's asked for, one after the other a quarter of it."""
    pattern = torch.tensor(PATTERN, dtype=torch.float64, device=device).repeat(-(-width // 4))[:width]
    hidden = torch.stack([size * 0.25**k * pattern.roll(k) for k in range(rows)]).to(dtype)
    gain = torch.tensor([1.0, -2.0, 0.5, 3.0], device=device).repeat(-(-width // 4))[:width]
    weight = torch.eye(width, device=device).roll(1, dims=1) - 0.5 * torch.eye(width, device=device)
    return hidden, gain, weight.to(dtype)


def check(module, size, dtype, device, eps=1e-5, **shape):
    hidden, gain, weight = problem(size, dtype, device, **shape)
    got = module.residual_step(hidden, gain, weight, eps)
    equal([str(got.dtype), tuple(got.shape)], [str(dtype), tuple(hidden.shape)], "dtype and shape")
    wanted = change_of(hidden, gain, weight, eps)
    unit = torch.finfo(dtype).eps
    near = {"rtol": 8 * unit, "atol": 8 * unit + size * unit}
    close(got.double() - hidden.double(), wanted, f"the change of vectors of size {size} in {dtype}", **near)


def check_slopes(module, size, dtype, device, eps=1e-5, factor=1.0):
    """Gradients of a weighted sum of the change, which leaves out what `hidden` adds."""
    hidden, gain, weight = problem(size, dtype, device, rows=1)
    weights = torch.tensor([[1.0, -2.0, 0.5, 1.5]], dtype=torch.float64, device=device)
    leaves = [leaf.clone().requires_grad_(True) for leaf in (hidden, gain, weight)]
    change = module.residual_step(*leaves, eps) - leaves[0]
    (factor * change * weights.to(dtype)).sum().backward()
    unit = torch.finfo(dtype).eps
    for k, (name, at) in enumerate((("hidden", hidden), ("gain", gain), ("weight", weight))):
        exact = [leaf.double() for leaf in (hidden, gain, weight)]

        def objective(values, k=k, exact=exact):
            inputs = [*exact[:k], values, *exact[k + 1 :]]
            return (change_of(*inputs, eps) * weights).sum()

        wanted = factor * gradients.central_difference(objective, at.double())
        near = {"rtol": 16 * unit, "atol": 16 * unit}
        what = f"the gradient of {name} for vectors of size {size} in {dtype}"
        close(leaves[k].grad.double(), wanted, what, **near)


# What residual_step promises


@pytest.mark.parametrize("size", [300.0, 600.0, 1000.0])
def test_large_features_in_float16_are_normalized_like_others(solution, device, size):
    check(solution, size, torch.float16, device)


def test_wide_rows_of_large_features_are_normalized_too(solution, device):
    check(solution, 500.0, torch.float16, device, width=1024)


@pytest.mark.parametrize("size", [300.0, 2000.0])
def test_gradients_of_large_features_are_those_of_the_formula(solution, device, size):
    check_slopes(solution, size, torch.float16, device)


@pytest.mark.parametrize("size", [300.0, 1000.0, 8000.0, 60000.0])
def test_one_large_feature_among_small_ones(solution, device, size):
    hidden = torch.tensor([[1.0, -2.0, size, 3.0]], dtype=torch.float16, device=device)
    gain = torch.tensor([size / 10, size / 10, 1.0, size / 10], device=device)  # the root is size / 2
    weight = torch.eye(4, dtype=torch.float16, device=device)
    got = solution.residual_step(hidden, gain, weight).double() - hidden.double()
    wanted = torch.tensor([[0.2, -0.4, 0.6]], dtype=torch.float64, device=device)
    close(got[:, [0, 1, 3]], wanted, f"the change of 1, -2 and 3 beside {size}", rtol=0.01, atol=0.01)


def test_float16_keeps_its_digits(solution, device):
    pattern = torch.tensor([1.0 + k / 64 for k in range(64)], dtype=torch.float64, device=device)
    hidden = torch.stack(
        [pattern / 32, 600 * pattern.flip(0)]
    ).half()  # the second row is one of large features
    gain = torch.ones(64, device=device)
    weight = torch.eye(64, dtype=torch.float16, device=device)
    got = solution.residual_step(hidden, gain, weight)[0].double() - hidden[0].double()
    wanted = change_of(hidden, gain, weight, 1e-5)[0]
    close(got, wanted, "the change of a small row beside a large one", rtol=0, atol=2.5 * 2.0**-10)


def test_the_gradient_of_a_row_in_which_all_features_are_large(solution, device):
    hidden = torch.full((1, 64), 5000.0, dtype=torch.float16, device=device, requires_grad=True)
    gain = torch.ones(64, device=device)
    weight = torch.eye(64, dtype=torch.float16, device=device)
    result = solution.residual_step(hidden, gain, weight)
    # All features alike: each is 1 once it's divided, however large it was, so the change stays as it is.
    wanted = torch.ones(1, 64, device=device)
    slopes = torch.autograd.grad(result.sum(), hidden)[0].float()
    close(slopes, wanted, "the gradient of 64 features that are all 5000", rtol=0, atol=0.01)


def test_the_gradient_inside_a_larger_loss(solution, device):
    check_slopes(solution, 400.0, torch.float16, device, factor=-4.0)


# What already works and must stay


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [0.25, 1.0, 30.0, 200.0])
def test_ordinary_features_are_normalized(solution, device, dtype, size):
    check(solution, size, dtype, device)
    check(solution, size, dtype, device, rows=3, width=8)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("size", [300.0, 1e6])
def test_large_features_in_dtypes_with_a_wide_range(solution, device, dtype, size):
    check(solution, size, dtype, device)
    check_slopes(solution, size, dtype, device)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_features_of_1e15_leave_the_small_ones_their_share(solution, device, dtype):
    hidden = torch.tensor([[1.0, -2.0, 1e15, 3.0]], dtype=dtype, device=device)
    gain = torch.tensor([1e14, 1e14, 1.0, 1e14], device=device)  # the root is 5e14
    weight = torch.eye(4, dtype=dtype, device=device)
    got = solution.residual_step(hidden, gain, weight).double() - hidden.double()
    wanted = torch.tensor([[0.2, -0.4, 0.6]], dtype=torch.float64, device=device)
    close(
        got[:, [0, 1, 3]], wanted, f"the change of 1, -2 and 3 beside 1e15 in {dtype}", rtol=0.01, atol=0.01
    )


@pytest.mark.parametrize("dtype", DTYPES)
def test_gradients_of_ordinary_features_are_right(solution, device, dtype):
    check_slopes(solution, 2.0, dtype, device)
    check_slopes(solution, 100.0, dtype, device)


@pytest.mark.parametrize("dtype", DTYPES)
def test_eps_is_under_the_root(solution, device, dtype):
    check(solution, 1.0, dtype, device, eps=2.0)
    check(solution, 0.05, dtype, device, eps=0.25)


@pytest.mark.parametrize("dtype", DTYPES)
def test_zeros_stay_zeros(solution, device, dtype):
    hidden, gain, weight = problem(0.0, dtype, device)
    got = solution.residual_step(hidden, gain, weight)
    equal(got.abs().max().item(), 0.0, f"the largest element that zeros become in {dtype}")


def test_inputs_stay_as_they_are(solution, device):
    inputs = problem(2.0, torch.float32, device)
    before = [values.clone() for values in inputs]
    solution.residual_step(*inputs)
    for values, kept in zip(inputs, before):
        equal(values, kept, "an input after the call")


# The documented failure


def test_in_float16_one_feature_of_300_turns_the_step_off(broken, device):
    hidden = torch.tensor([[300.0, 1.0, -2.0, 3.0]], dtype=torch.float16, device=device)
    gain = torch.ones(4, device=device, requires_grad=True)
    weight = torch.eye(4, dtype=torch.float16, device=device, requires_grad=True)
    got = broken.residual_step(hidden, gain, weight)
    equal(got.tolist(), hidden.tolist(), "the result, which is the input")
    got.sum().backward()
    equal(gain.grad.tolist(), [0.0] * 4, "the gradient of the gain")
    equal(weight.grad.abs().max().item(), 0.0, "the largest gradient of the weight")
