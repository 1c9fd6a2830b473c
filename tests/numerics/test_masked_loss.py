"""The masked error: what `masked_mse` promises about its value and its gradient, whatever is in the gaps.

`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import math

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

NAN, INF = math.nan, math.inf
PREDICTED, VALID = [1.0, 2.0, -1.0, 0.5], [True, False, True, False]
GAPS = {"nan": [3.0, NAN, 0.0, NAN], "inf": [3.0, INF, 0.0, -INF], "both": [3.0, -INF, 0.0, NAN]}
CONFIG = {"predicted": PREDICTED, "readings": [3.0, "nan", 0.0, "nan"], "valid": VALID}
CLAIM = "the gradient of the loss is that of the formula, and 0 where there is no reading"
ORACLE = "closed form 2 (predicted - reading) / valid readings"


def numbers(values, device, dtype=torch.float64, **options):
    return torch.tensor(values, dtype=dtype, device=device, **options)


def mask(values, device):
    return torch.tensor(values, dtype=torch.bool, device=device)


def by_hand(predicted, readings, valid):
    """The loss and its gradient, over the valid readings alone."""
    gaps = [p - r if v else 0.0 for p, r, v in zip(predicted, readings, valid)]
    return sum(gap**2 for gap in gaps) / sum(valid), [2 * gap / sum(valid) for gap in gaps]


def three_ways(module, device):
    """predicted.grad next to the closed form and finite differences of the formula."""
    predicted = numbers(PREDICTED, device, requires_grad=True)
    module.masked_mse(predicted, numbers(GAPS["nan"], device), mask(VALID, device)).backward()
    numeric = gradients.central_difference(
        lambda values: by_hand(values.tolist(), GAPS["nan"], VALID)[0], predicted.detach()
    )
    return gradients.compare(
        predicted.grad,
        analytic=numbers(by_hand(PREDICTED, GAPS["nan"], VALID)[1], device),
        numeric=numeric,
        what="predicted.grad, with NaN where readings 1 and 3 are missing",
    )


def train(module, device, steps, lr=0.25):
    """Descend on one offset of all predictions, with a gap in the readings; return it after each step."""
    offset, start = numbers(0.0, device, requires_grad=True), numbers([1.0, 5.0, 2.0], device)
    readings, valid = numbers([3.0, NAN, 6.0], device), mask([True, False, True], device)
    way = []
    for _ in range(steps):
        offset.grad = None
        module.masked_mse(start + offset, readings, valid).backward()
        with torch.no_grad():
            offset -= lr * offset.grad
        way.append(offset.item())
    return way


# What masked_mse promises


@pytest.mark.parametrize("gaps", list(GAPS))
def test_the_loss_is_that_of_the_valid_readings(solution, device, gaps):
    loss = solution.masked_mse(
        numbers(PREDICTED, device), numbers(GAPS[gaps], device), mask(VALID, device)
    )  # errors 4 and 1
    close(loss, numbers(2.5, device), f"the loss, with {gaps} where readings are missing")


def test_the_gradient_is_that_of_the_formula_and_0_in_the_gaps(solution, device, evidence):
    report = three_ways(solution, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG)
    report.require()


@pytest.mark.parametrize("gaps", ["inf", "both"])
def test_the_gradient_does_not_depend_on_what_is_in_the_gaps(solution, device, gaps):
    predicted = numbers([PREDICTED, PREDICTED], device, requires_grad=True)
    valid = mask([VALID, [True] * 4], device)
    solution.masked_mse(predicted, numbers([GAPS[gaps], [1.0] * 4], device), valid).backward()
    rows = [[-4 / 6, 0.0, -2 / 6, 0.0], [0.0, 2 / 6, -4 / 6, -1 / 6]]
    close(predicted.grad, rows, f"predicted.grad of two rows, with {gaps} in the gaps of the first")


def test_training_continues_with_a_gap_in_the_readings(solution, device):
    # The valid readings are 2 and 4 above: each step halves the distance to an offset of 3.
    close(train(solution, device, steps=4), [1.5, 2.25, 2.625, 2.8125], "the offset after each of 4 steps")


def test_a_broken_sensor_is_noticed(solution, device):
    readings = numbers([3.0, NAN, NAN, 2.0], device)
    loss = solution.masked_mse(numbers(PREDICTED, device), readings, mask(VALID, device))
    equal(math.isnan(loss.item()), True, "whether a NaN among the valid readings makes the loss NaN")


# What already works and must stay


@pytest.mark.parametrize("valid", [[True] * 4, VALID, [False, False, False, True]])
def test_numbers_in_the_gaps_do_not_count(solution, device, valid):
    readings = [3.0, 100.0, 0.0, -100.0]
    predicted = numbers(PREDICTED, device, requires_grad=True)
    loss = solution.masked_mse(predicted, numbers(readings, device), mask(valid, device))
    loss.backward()
    value, slopes = by_hand(PREDICTED, readings, valid)
    close(loss, numbers(value, device), f"the loss with the mask {valid}")
    close(predicted.grad, slopes, f"predicted.grad with the mask {valid}")


def test_the_readings_stay_as_they_are(solution, device):
    readings = numbers([3.0, 100.0, 0.0, -100.0], device)
    solution.masked_mse(numbers(PREDICTED, device), readings, mask(VALID, device))
    close(readings, [3.0, 100.0, 0.0, -100.0], "the readings after the call")


def test_the_gradient_is_scaled_by_what_multiplies_the_loss(solution, device):
    predicted = torch.tensor([1.0, 4.0, 2.0], dtype=torch.float64, device=device, requires_grad=True)
    readings = torch.tensor([3.0, 9.0, -1.0], dtype=torch.float64, device=device)
    valid = torch.tensor([True, False, True], device=device)
    (3 * solution.masked_mse(predicted, readings, valid)).backward()
    # 3 · 2 (predicted - reading) / 2: the differences are -2 and 3
    close(predicted.grad, [-6.0, 0.0, 9.0], "predicted.grad of 3 times the loss")


def test_the_loss_of_float32_is_float32(solution, device):
    single = [numbers(values, device, torch.float32) for values in ([0.1, 0.4], [0.3, 0.9])]
    loss = solution.masked_mse(*single, mask([True, True], device))
    close(loss, torch.tensor((0.2**2 + 0.5**2) / 2), "the loss of float32 readings")


@pytest.mark.parametrize("valid", [[False, False], [[True, True]], [True], []])
def test_a_mask_that_does_not_fit_or_leaves_nothing_is_refused(solution, device, valid):
    with raises(ValueError, "", f"two readings with the mask {valid}"):
        solution.masked_mse(numbers([1.0, 2.0], device), numbers([1.0, 2.0], device), mask(valid, device))


# The documented failure


@pytest.mark.parametrize("gaps", list(GAPS))
def test_a_gap_makes_the_loss_nan(broken, device, gaps):
    loss = broken.masked_mse(numbers(PREDICTED, device), numbers(GAPS[gaps], device), mask(VALID, device))
    equal(math.isnan(loss.item()), True, f"whether the loss is NaN with {gaps} in the gaps")


def test_the_gradient_is_nan_in_the_gaps_and_right_elsewhere(broken, device, evidence):
    report = three_ways(broken, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG)
    equal(torch.isnan(report.autograd).tolist(), [False, True, False, True], "which slopes are NaN")
    close(report.autograd[[0, 2]], [-2.0, -1.0], "the slopes of the valid readings")


def test_one_step_makes_the_offset_nan(broken, device):
    equal(math.isnan(train(broken, device, steps=1)[0]), True, "whether the offset is NaN after 1 step")
