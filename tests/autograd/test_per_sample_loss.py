"""One step on a mean of squared errors: what `training_step` promises.

The gradient of the mean over n samples is 2/n * inputs.T @ (inputs @ weights - targets).
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64


def tensor(values, device, **options):
    return torch.tensor(values, dtype=torch.float64, device=device, **options)


def batch(device):
    """Four samples with errors 1, -1, 2 and 0 at weights (1, 1)."""
    weights = tensor([1.0, 1.0], device, requires_grad=True)
    inputs = tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [2.0, -1.0]], device)
    targets = tensor([0.0, 2.0, 0.0, 1.0], device)
    return weights, inputs, targets


def slope_of_the_mean(weights, inputs, targets):
    return 2 / len(inputs) * inputs.T @ (inputs @ weights - targets)


# What training_step promises


def test_the_mean_of_three_squares_has_the_known_gradient(solution, device):
    # inputs = identity, targets = 0: the errors are the weights, and d/dw mean(w**2) = 2/3 * w
    weights = tensor([1.0, 2.0, 3.0], device, requires_grad=True)
    eye, zeros = torch.eye(3, dtype=torch.float64, device=device), tensor([0.0] * 3, device)
    solution.training_step(weights, eye, zeros, lr=0.75)
    gradient = [(before - after) / 0.75 for before, after in zip([1.0, 2.0, 3.0], weights.tolist())]
    close(gradient, [2 / 3, 4 / 3, 2.0], "gradient of the mean of (1, 4, 9)")


def test_four_calls_are_four_steps_on_the_mean(solution, device):
    weights, inputs, targets = batch(device)
    expected = weights.detach().clone()
    for k in range(1, 5):
        expected = expected - 0.25 * slope_of_the_mean(expected, inputs, targets)
        solution.training_step(weights, inputs, targets, lr=0.25)
        close(weights.detach(), expected, f"weights after step {k}")


def test_every_sample_reports_its_error_before_the_step(solution, device):
    losses = solution.training_step(*batch(device), lr=0.25)
    close(losses, tensor([1.0, 1.0, 4.0, 0.0], device), "squared errors of the four samples")
    equal(losses.requires_grad, False, "requires_grad of the returned errors")


def test_the_same_batch_twice_over_gives_the_same_step(solution, device):
    weights, inputs, targets = batch(device)
    expected = weights.detach() - 0.25 * slope_of_the_mean(weights.detach(), inputs, targets)
    solution.training_step(weights, torch.cat([inputs, inputs]), torch.cat([targets, targets]), lr=0.25)
    close(weights.detach(), expected, "weights after a step on every sample twice")


def test_no_gradient_is_left_behind(solution, device):
    weights, inputs, targets = batch(device)
    solution.training_step(weights, inputs, targets, lr=0.25)
    equal(weights.grad, None, "weights.grad after a step")
    equal((weights.is_leaf, weights.requires_grad), (True, True), "(is_leaf, requires_grad) of the weights")


# What already works and must stay


def test_one_sample_is_a_batch_too(solution, device):
    weights, inputs, targets = (part if part.requires_grad else part[2:3] for part in batch(device))
    losses = solution.training_step(weights, inputs, targets, lr=0.25)
    close(losses, tensor([4.0], device), "squared error of the only sample")
    # error 2 at inputs (1, 1): the slope is 2 * 2 * (1, 1)
    close(weights.detach(), tensor([0.0, 0.0], device), "weights after a step on one sample")


def test_an_empty_batch_is_an_error(solution, device):
    weights, inputs, targets = batch(device)
    with raises(ValueError, "", "a step on no samples"):
        solution.training_step(weights, inputs[:0], targets[:0], lr=0.25)
    equal(weights.tolist(), [1.0, 1.0], "weights after the error")


def test_targets_that_require_a_gradient_are_an_error(solution, device):
    weights, inputs, targets = batch(device)
    with raises(ValueError, "", "targets with requires_grad"):
        solution.training_step(weights, inputs, targets.requires_grad_(), lr=0.25)
    equal(weights.tolist(), [1.0, 1.0], "weights after the error")


# The documented failure


def test_two_equal_samples_raise_too(broken, device):
    weights, inputs, targets = batch(device)
    with raises(RuntimeError, "implicitly created only for scalar outputs", "the same sample twice"):
        broken.training_step(weights, inputs[[0, 0]], targets[[0, 0]], lr=0.25)
    equal(weights.tolist(), [1.0, 1.0], "weights after the error")


@pytest.mark.parametrize("count", [2, 4])
def test_backward_from_several_numbers_raises(broken, device, count):
    weights, inputs, targets = batch(device)
    with raises(RuntimeError, "implicitly created only for scalar outputs", f"a batch of {count}"):
        broken.training_step(weights, inputs[:count], targets[:count], lr=0.25)
    equal(weights.tolist(), [1.0, 1.0], "weights after the error")
