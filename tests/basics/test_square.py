"""The slope of y = x * x: what `slope_of_square` promises.

`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

WHOLE = [2, -3, 0, 10**6]
WITH_A_POINT = [2.0, -3.0, 0.0, 1e6]


def slope(module, value, device):
    with device:  # torch's default device while the function runs
        return module.slope_of_square(value)


# What slope_of_square promises


@pytest.mark.parametrize("value", WHOLE)
def test_the_slope_at_a_whole_number_is_twice_that_number(solution, device, value):
    got = slope(solution, value, device)
    close(got, torch.tensor(2.0 * value), f"slope at {value}")
    equal(got.device.type, device.type, f"device of the slope at {value}")


def test_the_slope_at_2_prints_as_a_floating_point_4(solution, device):
    got = slope(solution, 2, device)
    close(got, torch.tensor(4.0), "slope at 2")
    equal(str(got.cpu()), "tensor(4.)", "what print shows for the slope at 2")


@pytest.mark.float64
def test_autograd_the_formula_and_finite_differences_agree_at_2(solution, device):
    numeric = gradients.central_difference(lambda x: x * x, torch.tensor(2.0, dtype=torch.float64))
    report = gradients.compare(
        slope(solution, 2, device), analytic=torch.tensor(2.0 * 2), numeric=numeric, what="slope at 2"
    )
    report.require()


# What already works and must stay


@pytest.mark.parametrize("value", WITH_A_POINT)
def test_the_slope_at_a_number_with_a_decimal_point_is_twice_that_number(solution, device, value):
    got = slope(solution, value, device)
    close(got, torch.tensor(2.0 * value), f"slope at {value}")
    equal(got.device.type, device.type, f"device of the slope at {value}")


def test_a_second_call_starts_from_scratch(solution, device):
    close(slope(solution, 2.0, device), torch.tensor(4.0), "slope at 2.0, first call")
    close(slope(solution, 2.0, device), torch.tensor(4.0), "slope at 2.0, second call")


# The documented failure


@pytest.mark.parametrize("value", WHOLE)
def test_a_whole_number_makes_a_tensor_that_cannot_require_a_gradient(broken, device, value):
    with raises(
        RuntimeError, "floating point and complex dtype can require gradients", f"the slope at {value}"
    ):
        slope(broken, value, device)
