"""The ridge penalty strength * (w . w): what `ridge` promises.

`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64


def leaf(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device, requires_grad=True)


def number(value):
    return torch.tensor(value, dtype=torch.float64)


def gradient_of(module, weights, strength):
    module.ridge(weights, strength).backward()
    return weights.grad


# What ridge promises


@pytest.mark.parametrize("strength", [1, 0.25])
def test_the_gradient_is_twice_the_strength_times_the_weights(solution, device, strength):
    weights = leaf([1.0, 2.0, 3.0], device)
    got = gradient_of(solution, weights, strength)
    close(got, [strength * 2.0, strength * 4.0, strength * 6.0], f"weights.grad at strength {strength}")


def test_autograd_the_formula_and_finite_differences_agree_on_weights_of_both_signs(solution, device):
    weights = leaf([1.5, -0.5, 0.0, -2.0], device)
    report = gradients.compare(
        gradient_of(solution, weights, 0.5),
        analytic=torch.tensor([1.5, -0.5, 0.0, -2.0], dtype=torch.float64),  # 2 * 0.5 * w
        numeric=gradients.central_difference(lambda w: 0.5 * w.square().sum(), weights.detach()),
        what="weights.grad at strength 0.5",
    )
    report.require()


def test_descent_on_an_error_plus_the_penalty_ends_where_their_gradients_cancel(solution, device):
    # (w - 3)² + w² is lowest where 2 (w - 3) + 2 w = 0, so at w = 1.5. A step of 0.25 lands there at once.
    weights = leaf([0.0], device)
    for _ in range(4):
        loss = ((weights - 3) ** 2).sum() + solution.ridge(weights, 1.0)
        (slope,) = torch.autograd.grad(loss, weights)
        with torch.no_grad():
            weights -= 0.25 * slope
    close(weights, [1.5], "weight after 4 steps on (w - 3)² + the penalty at strength 1")


def test_the_gradient_passes_through_weights_that_were_computed(solution, device):
    scale = leaf([1.0, 2.0], device)
    weights = 3 * scale  # the penalty is 9 scale . scale
    solution.ridge(weights, 1.0).backward()
    close(scale.grad, [18.0, 36.0], "gradient of the leaf that the weights were computed from")


def test_the_gradient_of_three_penalties_is_three_times_as_large(solution, device):
    weights = leaf([1.0, -2.0], device)
    (3 * solution.ridge(weights, 0.5)).backward()
    close(weights.grad, [3.0, -6.0], "weights.grad of 3 * the penalty at strength 0.5")


# What already works and must stay


def test_the_penalty_is_the_strength_times_the_sum_of_squares(solution, device):
    close(solution.ridge(leaf([1.0, 2.0, 3.0], device), 1), number(14.0), "penalty at strength 1")
    close(solution.ridge(leaf([3.0, -4.0], device), 0.5), number(12.5), "penalty at strength 0.5")


def test_at_zero_and_at_strength_zero_the_gradient_is_zero(solution, device):
    close(gradient_of(solution, leaf([0.0, 0.0], device), 1.0), [0.0, 0.0], "weights.grad at zero weights")
    close(gradient_of(solution, leaf([1.0, 2.0], device), 0), [0.0, 0.0], "weights.grad at strength 0")


def test_no_weights_at_all_cost_nothing(solution, device):
    weights = leaf([], device)
    close(solution.ridge(weights, 1.0), number(0.0), "penalty of an empty vector")
    equal(tuple(gradient_of(solution, weights, 1.0).shape), (0,), "shape of the gradient of an empty vector")


def test_the_penalty_keeps_the_dtype_and_the_device_of_the_weights_and_leaves_them_alone(solution, device):
    weights = torch.tensor([1.0, 2.0], dtype=torch.float32, device=device, requires_grad=True)
    penalty = solution.ridge(weights, 0.5)
    close(penalty, torch.tensor(2.5), "penalty of float32 weights")
    equal(penalty.device.type, device.type, "device of the penalty")
    close(weights, torch.tensor([1.0, 2.0]), "weights after the call")


def test_frozen_weights_stay_frozen(solution, device):
    weights = torch.tensor([1.0, -2.0], dtype=torch.float64, device=device)
    penalty = solution.ridge(weights, 0.5)
    close(penalty, number(2.5), "penalty of frozen weights")
    equal(
        (weights.requires_grad, penalty.requires_grad), (False, False), "requires_grad of weights and penalty"
    )


def test_computing_the_penalty_leaves_an_earlier_gradient_alone(solution, device):
    weights = leaf([1.0, -2.0], device)
    weights.grad = torch.full_like(weights, 7.0)
    solution.ridge(weights, 0.5)
    close(weights.grad, [7.0, 7.0], "weights.grad after the penalty was computed, before any backward()")


def test_a_negative_strength_is_refused(solution, device):
    with raises(ValueError, "strength", "a penalty of strength -1"):
        solution.ridge(leaf([1.0], device), -1.0)


# The documented failure


def test_the_penalty_is_right_and_its_gradient_is_half_as_large(broken, device):
    weights = leaf([1.0, 2.0, 3.0], device)
    penalty = broken.ridge(weights, 1)
    penalty.backward()
    close(penalty, number(14.0), "penalty")
    close(weights.grad, [1.0, 2.0, 3.0], "weights.grad, half of 2 w")


def test_descent_ends_at_2_where_the_formula_says_1_and_a_half(broken, device):
    # With the half pull w instead of 2 w: 2 (w - 3) + w = 0 at w = 2, and the distance to it shrinks by
    # 1 - 3 * 0.25 = 1/4 a step.
    weights = leaf([0.0], device)
    for _ in range(4):
        loss = ((weights - 3) ** 2).sum() + broken.ridge(weights, 1.0)
        (slope,) = torch.autograd.grad(loss, weights)
        with torch.no_grad():
            weights -= 0.25 * slope
    close(weights, [2.0 - 2.0 / 4**4], "weight after 4 steps")
