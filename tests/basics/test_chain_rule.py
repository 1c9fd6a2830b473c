"""A bowl with ripples, sin(x²) + x²/8: what `landscape` promises.

`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import math

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

CLAIM = "x.grad equals the derivative of sin(x²) + x²/8 at x"
ORACLE = "closed form 2 x cos(x²) + x/4"
CONFIG = {"x": 2.0}


def point(x, device):
    return torch.tensor(x, dtype=torch.float64, device=device, requires_grad=True)


def number(value):
    return torch.tensor(value, dtype=torch.float64)


def on_paper(x):
    """The chain rule: outer derivative cos(x²), inner derivative 2 x; and that of the bowl, x/4."""
    return 2 * x * math.cos(x * x) + x / 4


def three_ways(module, x, device):
    """x.grad, compared with the closed form and with finite differences of the formula, written out again."""
    at = point(x, device)
    module.landscape(at).backward()
    report = gradients.compare(
        at.grad,
        analytic=number(on_paper(x)),
        numeric=gradients.central_difference(lambda v: math.sin(v * v) + float(v * v) / 8, at.detach()),
        what=f"x.grad at x = {x}",
    )
    return at, report


def descend(module, x, device, steps, lr):
    at = point(x, device)
    for _ in range(steps):
        at.grad = None
        module.landscape(at).backward()
        if at.grad is not None:
            with torch.no_grad():
                at -= lr * at.grad
    return at


# What landscape promises


def test_the_slope_at_2_is_that_of_the_chain_rule(solution, device, evidence):
    at, report = three_ways(solution, 2.0, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG, checkpoint={"x": at.detach()})
    report.require()


@pytest.mark.parametrize("x", [-1.5, 0.75, 3.0])
def test_the_slope_is_that_of_the_chain_rule_at_other_points(solution, device, x):
    _, report = three_ways(solution, x, device)
    report.require()


def test_autograd_agrees_with_the_finite_differences_of_the_function_itself(solution, device):
    at = point(1.25, device)
    solution.landscape(at).backward()
    numeric = gradients.central_difference(solution.landscape, at.detach())
    close(at.grad, numeric, "x.grad at 1.25 beside finite differences of landscape", rtol=1e-6, atol=1e-9)


def test_five_steps_downhill_follow_the_formula(solution, device):
    x = 2.0
    for _ in range(5):
        x -= 0.1 * on_paper(x)
    close(descend(solution, 2.0, device, steps=5, lr=0.1), number(x), "x after 5 steps from 2")


def test_the_chain_continues_before_x(solution, device):
    t = point(0.5, device)
    solution.landscape(3 * t).backward()
    close(t.grad, number(3 * on_paper(1.5)), "gradient of t at 0.5, where x = 3 t")


def test_the_chain_continues_after_the_height(solution, device):
    at = point(1.5, device)
    (3 * solution.landscape(at)).backward()
    close(at.grad, number(3 * on_paper(1.5)), "gradient of 3 * height at 1.5")


# What already works and must stay


@pytest.mark.parametrize("x", [-1.5, 0.0, 2.0])
def test_the_height_is_the_sine_of_the_square_plus_an_eighth_of_it(solution, device, x):
    height = solution.landscape(point(x, device))
    close(height, number(math.sin(x * x) + x * x / 8), f"height at {x}")


@pytest.mark.parametrize("x", [0.0, math.sqrt(math.pi / 2)])
def test_where_the_ripple_is_flat_the_slope_is_that_of_the_bowl(solution, device, x):
    _, report = three_ways(solution, x, device)
    report.require()


def test_a_float32_point_has_a_float32_height_on_its_device(solution, device):
    height = solution.landscape(torch.tensor(2.0, device=device))
    close(height, torch.tensor(math.sin(4.0) + 0.5), "height at the float32 point 2")
    equal(height.device.type, device.type, "device of the height")


def test_several_points_at_once_are_refused(solution, device):
    with raises(ValueError, "x must be", "a vector of two points"):
        solution.landscape(torch.tensor([1.0, 2.0], dtype=torch.float64, device=device))


@pytest.mark.parametrize("x", [math.inf, -math.inf, math.nan])
def test_a_point_that_is_not_finite_is_refused(solution, device, x):
    with raises(ValueError, "x must be", f"the point {x}"):
        solution.landscape(point(x, device))


# The documented failure


def test_the_slope_at_2_is_that_of_the_bowl_alone(broken, device, evidence):
    at, report = three_ways(broken, 2.0, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG, checkpoint={"x": at.detach()})
    close(at.grad, number(2.0 / 4), "x.grad at 2, without the part 4 cos(4) of the ripple")


def test_the_heights_are_right_so_their_finite_differences_contradict_autograd(broken, device):
    at = point(2.0, device)
    broken.landscape(at).backward()
    # A wide step: a ripple rounded to float32 still gives the right heights.
    numeric = gradients.central_difference(broken.landscape, at.detach(), step=1e-3)
    close(numeric, number(4 * math.cos(4.0) + 0.5), "finite differences at 2", rtol=1e-3, atol=0.0)
    close(at.grad, number(0.5), "x.grad at 2")


def test_descent_rolls_to_the_middle_as_if_there_were_no_ripples(broken, device):
    # With slope x/4 and rate 0.1, every step takes away a fortieth of x.
    close(descend(broken, 2.0, device, steps=5, lr=0.1), number(2 * 0.975**5), "x after 5 steps from 2")
