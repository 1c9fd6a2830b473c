"""Gradient descent by hand: what `calibrate` promises.

The caller's own tensor moves downhill, step by step, and can be trained further afterwards.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

LR = 0.125


def problem(device):
    """Two channels that do not mix: the loss is ((2a - 2)² + (b + 3)²) / 2 for weight = (a, b)."""
    weight = torch.zeros(2, dtype=torch.float64, device=device, requires_grad=True)
    readings = torch.tensor([[2.0, 0.0], [0.0, 1.0]], dtype=torch.float64, device=device)
    truth = torch.tensor([2.0, -3.0], dtype=torch.float64, device=device)
    return weight, readings, truth


def weight_after(steps):
    """The slopes are 4 (a - 1) and (b + 3): with LR = 1/8 the distances to (1, -3) shrink by 1/2 and 7/8."""
    return [1 - 0.5**steps, -3 + 3 * 0.875**steps]


def loss_after(steps):
    return (4 * 0.25**steps + 9 * 0.875 ** (2 * steps)) / 2


# What calibrate promises


def test_one_step_moves_the_weight_of_the_caller(solution, device):
    weight, readings, truth = problem(device)
    solution.calibrate(weight, readings, truth, steps=1, lr=LR)
    close(weight, weight_after(1), "the caller's weight after 1 step")


def test_four_steps_follow_the_gradient_at_each_weight(solution, device):
    weight, readings, truth = problem(device)
    losses = solution.calibrate(weight, readings, truth, steps=4, lr=LR)
    close(losses, [loss_after(k) for k in range(4)], "the losses before steps 1 to 4")
    close(weight, weight_after(4), "the caller's weight after 4 steps")


def test_the_weight_stays_a_leaf_that_requires_grad(solution, device):
    weight, readings, truth = problem(device)
    solution.calibrate(weight, readings, truth, steps=1, lr=LR)
    equal(weight.is_leaf, True, "weight.is_leaf after 1 step")
    equal(weight.requires_grad, True, "weight.requires_grad after 1 step")


def test_a_second_call_continues_where_the_first_stopped(solution, device):
    weight = torch.zeros(1, dtype=torch.float64, device=device, requires_grad=True)
    readings = torch.tensor([[1.0], [1.0], [2.0]], dtype=torch.float64, device=device)
    truth = 5 * readings[:, 0]  # the loss is 2 (w - 5)², so with lr = 0.1 the distance to 5 shrinks by 0.6
    solution.calibrate(weight, readings, truth, steps=2, lr=0.1)
    losses = solution.calibrate(weight, readings, truth, steps=3, lr=0.1)
    close(weight, [5 - 5 * 0.6**5], "the caller's weight after a call of 2 steps and one of 3")
    close(losses, [50 * 0.36**k for k in (2, 3, 4)], "the losses of the second call")


# What already works and must stay


def test_no_steps_return_no_losses_and_change_nothing(solution, device):
    weight, readings, truth = problem(device)
    equal(solution.calibrate(weight, readings, truth, steps=0, lr=LR), [], "the losses of 0 steps")
    close(weight, [0.0, 0.0], "the caller's weight after 0 steps")


def test_no_samples_are_refused_and_change_nothing(solution, device):
    weight, readings, truth = problem(device)
    with raises(ValueError, "no samples", "calibrating on no samples"):
        solution.calibrate(weight, readings[:0], truth[:0], steps=1, lr=LR)
    close(weight, [0.0, 0.0], "the caller's weight after a call without samples")


# The documented failure


def test_the_first_update_raises_although_its_gradient_is_right(broken, device):
    weight, readings, truth = problem(device)
    with raises(RuntimeError, "a leaf Variable that requires grad", "the first step"):
        broken.calibrate(weight, readings, truth, steps=1, lr=LR)
    close(weight, [0.0, 0.0], "the caller's weight, which hasn't moved")
    close(weight.grad, [-4.0, 3.0], "the gradient, which is ready")
