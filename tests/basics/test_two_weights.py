"""Value regression with two weights in plain tensors: what `fit` promises.

`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.

With theta = (0.5, -1), features = (1, 2) and target 1 the prediction is -1.5, the error -2.5, the loss 6.25
and the gradient 2 * (-2.5) * (1, 2) = (-5, -10). A step with rate lr moves theta along the features, so
that the error is multiplied by 1 - 2 lr (features . features), which is 3/8 at lr = 1/16.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

LR = 1 / 16


def problem(device):
    theta = torch.tensor([0.5, -1.0], dtype=torch.float64, device=device, requires_grad=True)
    return theta, torch.tensor([1.0, 2.0], dtype=torch.float64, device=device)


def errors(steps):
    return [-2.5 * (3 / 8) ** k for k in range(steps + 1)]


def check_fit(module, device, steps):
    theta, features = problem(device)
    losses = module.fit(theta, features, 1.0, steps, LR)
    before, after = errors(steps)[0], errors(steps)[-1]
    moved = (after - before) / 5  # along the features, where one unit changes the error by 1 * 1 + 2 * 2
    close(theta, [0.5 + moved, -1.0 + 2 * moved], f"the caller's theta with steps={steps}")
    close(losses, [error**2 for error in errors(steps)[:-1]], f"the losses with steps={steps}")


# What fit promises


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_every_step_moves_the_callers_own_tensor(solution, device, steps):
    check_fit(solution, device, steps)


def test_one_step_is_the_gradient_times_the_rate(solution, device):
    theta, features = problem(device)
    solution.fit(theta, features, 1.0, 1, 0.125)
    close(theta, [0.5 + 0.125 * 5, -1.0 + 0.125 * 10], "theta after one step of 0.125 against (-5, -10)")


def test_three_float32_weights_with_another_target_are_trained_the_same_way(solution, device):
    # The error starts at 1 - 3 - 2 = -4, and at this rate every step halves it.
    theta = torch.tensor([1.0, 2.0, 3.0], device=device, requires_grad=True)
    losses = solution.fit(theta, torch.tensor([1.0, 0.0, -1.0], device=device), 2.0, 2, 0.125)
    close(theta, torch.tensor([2.5, 2.0, 1.5]), "three weights after 2 steps")
    close(losses, [16.0, 4.0], "losses of 2 steps with three weights")


def test_a_second_call_continues_where_the_first_one_stopped(solution, device):
    theta, features = problem(device)
    solution.fit(theta, features, 1.0, 2, LR)
    theta.grad = None
    losses = solution.fit(theta, features, 1.0, 2, LR)
    close(losses, [error**2 for error in errors(4)[2:4]], "losses of the third and the fourth step")


# What already works and must stay


def test_the_first_loss_is_that_of_the_weights_passed_in(solution, device):
    theta, features = problem(device)
    equal(solution.fit(theta, features, 1.0, 1, 0.0), [6.25], "loss of one step at rate 0")


def test_zero_steps_change_nothing(solution, device):
    theta, features = problem(device)
    equal(solution.fit(theta, features, 1.0, 0, LR), [], "losses of 0 steps")
    close(theta, [0.5, -1.0], "theta after 0 steps")


def test_the_features_stay_as_they_were(solution, device):
    theta, features = problem(device)
    solution.fit(theta, features, 1.0, 1, LR)
    close(features, [1.0, 2.0], "features after a step")
    equal((features.requires_grad, features.grad), (False, None), "requires_grad and .grad of the features")


def test_theta_stays_a_leaf_that_requires_a_gradient(solution, device):
    theta, features = problem(device)
    solution.fit(theta, features, 1.0, 1, LR)
    equal(
        (theta.is_leaf, theta.requires_grad), (True, True), "(is_leaf, requires_grad) of theta after a step"
    )


def test_different_lengths_are_refused_and_nothing_moves(solution, device):
    theta, features = problem(device)
    with raises(ValueError, "", "two weights for one feature"):
        solution.fit(theta, features[:1], 1.0, 3, LR)
    close(theta, [0.5, -1.0], "theta after the refusal")


# The documented failure


# torch also warns; a learner sees that warning in a check, here it's noise.
@pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor that is not a leaf")
@pytest.mark.parametrize("steps", [2, 5])
def test_the_second_step_finds_no_gradient(broken, device, steps):
    theta, features = problem(device)
    with raises(TypeError, "'float' and 'NoneType'", f"training for {steps} steps"):
        broken.fit(theta, features, 1.0, steps, LR)


def test_a_single_step_raises_no_error_and_leaves_the_callers_tensor_where_it_was(broken, device):
    theta, features = problem(device)
    equal(broken.fit(theta, features, 1.0, 1, LR), [6.25], "losses of 1 step")
    close(theta, [0.5, -1.0], "the caller's theta after 1 step")
