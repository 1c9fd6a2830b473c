"""The three oracles: central differences against known derivatives, and what one comparison refuses."""

import pytest
import torch

from torchkata.checks import Mismatch
from torchkata.gradients import ANALYTIC, NUMERIC, SINGLE, STEP, central_difference, compare, relative_error


def floats(*values, **how):
    return torch.tensor(values, dtype=torch.float64, **how)


# objective, its gradient derived on paper, a point
KNOWN = {
    "a square": (lambda x: (x**2).sum(), lambda x: 2 * x, floats(-1.5, 0.0, 2.0)),
    "an exponential": (lambda x: x.exp().sum(), torch.exp, floats(-1.0, 0.5, 1.0)),
    "a sine": (lambda x: x.sin().sum(), torch.cos, floats(-3.0, 0.1, 2.0)),
    "a product": (lambda x: x.prod(), lambda x: x.prod() / x, floats(2.0, 3.0, -0.5)),
    "a logarithm of a sum": (lambda x: x.logsumexp(0), lambda x: x.softmax(0), floats(0.1, -2.0, 1.0)),
    "a matrix's norm": (lambda x: x.norm(), lambda x: x / x.norm(), floats([3.0, 0.0], [0.0, 4.0])),
    "a large element": (lambda x: (x**2).sum(), lambda x: 2 * x, floats(-1e6)),
    "a constant": (lambda x: 7.0, torch.zeros_like, floats(1.0, 2.0)),
    "no elements": (lambda x: x.sum(), torch.ones_like, floats()),
    "a scalar": (lambda x: x**3, lambda x: 3 * x**2, torch.tensor(2.0, dtype=torch.float64)),
}


@pytest.mark.parametrize("name", KNOWN)
def test_central_differences_find_known_derivatives(name):
    objective, derivative, point = KNOWN[name]
    slope = central_difference(objective, point)
    assert (slope.shape, slope.dtype, slope.requires_grad) == (point.shape, torch.float64, False)
    # Measured: 2e-10 at worst here, relatively. NUMERIC leaves room for worse objectives.
    torch.testing.assert_close(slope, derivative(point), rtol=1e-9, atol=1e-10)
    compare(None, analytic=derivative(point), numeric=slope)


@pytest.mark.parametrize("factor", [10.0, 0.01])
def test_the_step_is_the_best_one(factor):
    """Truncation grows with its square, rounding with its inverse; one point alone may be lucky."""
    points = torch.linspace(-2, 2, 21, dtype=torch.float64)

    def error(step):
        errors = [central_difference(torch.exp, point, step) - point.exp() for point in points]
        return float(torch.stack(errors).abs().mean())

    # Measured: 2e-11 with this step, 2e-9 with ten of it, 4e-10 with a hundredth of it.
    assert error(STEP) < 1e-10 < error(factor * STEP)


def test_central_differences_refuse_other_dtypes_with_the_remedy():
    with pytest.raises(TypeError, match=r"need float64, got torch\.float32; pass at\.double\(\)"):
        central_difference(torch.sum, torch.ones(2))


def test_central_differences_leave_their_argument_unchanged():
    point = floats(1.0, 2.0, requires_grad=True)
    central_difference(lambda x: x.mul_(2).sum(), point)  # even where the objective writes into it
    assert point.tolist() == [1.0, 2.0]
    assert point.grad is None


def test_central_differences_build_no_graph_and_reach_no_parameter():
    weight = floats(3.0, requires_grad=True)
    graphs = []

    def objective(x):
        value = (weight * x).sum()
        graphs.append(value.grad_fn)
        return value

    assert central_difference(objective, floats(1.0)).tolist() == pytest.approx([3.0])
    assert graphs == [None, None]


def test_central_differences_follow_a_transposed_tensor():
    point = floats([1.0, 2.0, 3.0], [4.0, 5.0, 6.0]).t()
    weights = torch.arange(6.0, dtype=torch.float64).reshape(3, 2)
    slope = central_difference(lambda x: (weights * x).sum(), point)
    torch.testing.assert_close(slope, weights, rtol=0, atol=1e-8)


def test_finite_differences_do_not_see_detach():
    """Autograd loses the path through the detached factor; the slope of the values does not."""

    def objective(x):
        return (x.detach() * x).sum()

    point = floats(3.0, requires_grad=True)
    objective(point).backward()
    assert point.grad.tolist() == [3.0]
    assert central_difference(objective, point).tolist() == pytest.approx([6.0])
    # The remedy: freeze what was detached as a constant.
    frozen = point.detach().clone()
    assert central_difference(lambda x: (frozen * x).sum(), point).tolist() == pytest.approx([3.0])


def test_a_right_gradient_is_accepted_by_both_witnesses():
    point = floats(0.3, -1.2, requires_grad=True)
    point.sin().sum().backward()
    numeric = central_difference(lambda x: x.sin().sum(), point)
    report = compare(point.grad, analytic=point.cos(), numeric=numeric)
    report.require()
    assert report.autograd_error <= 1e-15
    assert 0 < report.numeric_error < 1e-9
    assert not report.analytic.requires_grad


def test_a_gradient_scaled_by_a_hundredth_is_refused():
    exact = floats(0.5, -2.0)
    report = compare(exact * 1.01, analytic=exact, what="gradient of the policy")
    assert report.autograd_error == pytest.approx(0.01)
    with pytest.raises(Mismatch, match=r"gradient of the policy: element \[1\] should be -2, got -2\.02"):
        report.require()


@pytest.mark.parametrize("change", [1 + 1e-9, -1.0, 0.0])
def test_a_gradient_that_is_off_by_a_factor_is_refused(change):
    exact = floats(0.5, -2.0)
    with pytest.raises(Mismatch):
        compare(exact * change, analytic=exact).require()


def test_the_tolerances_are_those_of_the_comparison():
    exact = floats(2.0)
    compare(exact * (1 + 0.5 * ANALYTIC[0]), analytic=exact).require()
    with pytest.raises(Mismatch) as caught:
        compare(exact * (1 + 2 * ANALYTIC[0]), analytic=exact).require()
    assert (caught.value.rtol, caught.value.atol) == ANALYTIC
    compare(None, analytic=exact, numeric=exact * (1 + 0.5 * NUMERIC[0]))
    with pytest.raises(Mismatch):
        compare(None, analytic=exact, numeric=exact * (1 + 2 * NUMERIC[0]))


def test_single_precision_is_given_its_own_tolerance():
    exact = torch.tensor([0.5, -2.0])
    compare(exact * (1 + 1e-6), analytic=exact, numeric=exact.double()).require()
    with pytest.raises(Mismatch):
        compare(exact * 1.001, analytic=exact).require()


def test_witnesses_that_disagree_are_refused_before_anything_is_said_of_the_gradient():
    exact = floats(0.5, -2.0)
    with pytest.raises(Mismatch, match="gradient: finite differences against the closed form: element"):
        compare(exact, analytic=exact, numeric=exact * 1.01)


def test_witnesses_of_different_shapes_are_refused():
    with pytest.raises(Mismatch, match=r"expected shape \(2,\), got shape \(1,\)"):
        compare(None, analytic=floats(1.0, 1.0), numeric=floats(1.0))


def test_no_gradient_is_an_error_of_one_and_refused():
    report = compare(None, analytic=floats(3.0, 4.0))
    assert report.autograd_error == 1.0
    assert report.numeric_error is None
    with pytest.raises(Mismatch, match="no gradient reached it"):
        report.require()


def test_the_relative_error_is_that_of_the_euclidean_norm():
    assert relative_error(floats(3.0, 4.5), floats(3.0, 4.0)) == pytest.approx(0.1)
    assert relative_error(floats(0.0, 0.25), floats(0.0, 0.0)) == 0.25  # nothing to divide by
    assert relative_error(None, floats(0.0)) == 0.0
    assert relative_error(torch.ones(2), floats(1.0, 1.0)) == 0.0


def test_the_relative_error_does_not_broadcast():
    with pytest.raises(ValueError, match=r"a gradient of shape \(1,\) beside one of \(2,\)"):
        relative_error(floats(1.0), floats(1.0, 1.0))


def test_another_shape_is_refused():
    with pytest.raises(Mismatch, match=r"expected shape \(1, 2\), got shape \(2,\)"):
        compare(floats(1.0, 1.0), analytic=floats([1.0, 1.0])).require()


def test_single_precision_has_a_tolerance_of_its_own():
    exact = torch.tensor([1.0, -2.0])
    assert compare(exact, analytic=exact).tolerance == SINGLE
    compare(exact * (1 + 1e-6), analytic=exact).require()
    with pytest.raises(Mismatch):
        compare(exact * (1 + 1e-4), analytic=exact).require()
