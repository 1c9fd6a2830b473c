"""Clipping with a scaled loss: what `train_step` promises.

Step and norm are those of the error itself, whatever the scale is, and the scaler keeps its say.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

from math import inf, isfinite, nan

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

# Some clip by norm / (norm + 1e-6): a part in a million is allowed.
NEARLY = {"rtol": 1e-5, "atol": 1e-8}
SCALES = [1024.0, 65536.0, 8.0, 0.25]


class Problem:
    """A line through (1, 7) and (-1, 1): the error is (w - 3)² + (b - 4)²."""

    def __init__(self, device, scale=1024.0, lr=0.5, start=(0.0, 0.0), **scaler):
        self.model = torch.nn.Linear(1, 1, dtype=torch.float64, device=device)
        torch.nn.init.constant_(self.model.weight, start[0])
        torch.nn.init.constant_(self.model.bias, start[1])
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=lr)
        self.scaler = torch.amp.GradScaler(device.type, init_scale=scale, **scaler)
        self.inputs = torch.tensor([[1.0], [-1.0]], dtype=torch.float64, device=device)
        self.targets = torch.tensor([[7.0], [1.0]], dtype=torch.float64, device=device)

    def step(self, module, max_norm):
        arguments = (self.model, self.optimizer, self.scaler, self.inputs, self.targets)
        return module.train_step(*arguments, max_norm=max_norm)

    def position(self):
        return torch.stack([self.model.weight.detach().squeeze(), self.model.bias.detach().squeeze()])


def by_hand(steps, lr, max_norm, start=(0.0, 0.0)):
    """The norms of the gradient, and weight and bias after so many steps."""
    at, norms = list(start), []
    for _ in range(steps):
        gradient = [2 * (a - goal) for a, goal in zip(at, (3, 4))]
        norms.append(sum(g**2 for g in gradient) ** 0.5)
        at = [a - lr * g * min(1.0, max_norm / norms[-1]) for a, g in zip(at, gradient)]
    return norms, at


# What train_step promises


def test_the_step_is_the_same_for_any_scale(solution, device):
    for scale in SCALES:
        problem = Problem(device, scale)
        problem.step(solution, max_norm=1.0)
        # The gradient (-6, -8) has the norm 10; of the norm 1 it is (-0.6, -0.8).
        close(
            problem.position(), [0.3, 0.4], f"weight and bias after a step with the scale {scale}", **NEARLY
        )


def test_the_norm_is_the_same_for_any_scale(solution, device):
    for scale in SCALES:
        norm = Problem(device, scale).step(solution, max_norm=1.0)
        close(norm, 10.0, f"the norm with the scale {scale}", **NEARLY)


def test_a_short_gradient_stays_as_it_is(solution, device):
    for scale in SCALES:
        problem = Problem(device, scale, lr=0.25)
        problem.step(solution, max_norm=16.0)
        close(problem.position(), [1.5, 2.0], f"weight and bias after an uncut step, scale {scale}", **NEARLY)


def test_steps_stay_right_while_the_scale_grows(solution, device):
    for lr, max_norm in ((0.25, 6.0), (0.5, 1.5)):
        problem = Problem(device, 4.0, lr, growth_interval=1)
        wanted, goal = by_hand(4, lr, max_norm)
        norms = [problem.step(solution, max_norm) for _ in range(4)]
        situation = f"of 4 steps with lr {lr} and a largest norm of {max_norm}"
        close(norms, wanted, f"the norms {situation}", **NEARLY)
        close(problem.position(), goal, f"weight and bias at the end {situation}", **NEARLY)
        equal(problem.scaler.get_scale(), 64.0, f"the scale at the end {situation}, doubled by each")


def test_training_continues_after_a_gradient_that_is_not_finite(solution, device):
    problem = Problem(device, 1024.0, start=(1.0, 1.0))
    targets, problem.targets = problem.targets, problem.targets * inf
    problem.step(solution, max_norm=1.0)
    problem.targets = targets
    norm = problem.step(solution, max_norm=1.0)
    wanted, goal = by_hand(1, 0.5, 1.0, start=(1.0, 1.0))
    close(norm, wanted[0], "the norm of the step after the one that was left out", **NEARLY)
    close(problem.position(), goal, "weight and bias after the step that followed", **NEARLY)


# What already works and must stay


def test_a_gradient_that_is_not_finite_moves_nothing_and_halves_the_scale(solution, device):
    for number in (inf, nan):
        problem = Problem(device, 1024.0, start=(1.0, 1.0))
        problem.targets = problem.targets * number
        norm = problem.step(solution, max_norm=1.0)
        close(problem.position(), [1.0, 1.0], f"weight and bias after a gradient of {number}")
        equal(isfinite(norm), False, f"whether the norm of a gradient of {number} is finite")
        equal(problem.scaler.get_scale(), 512.0, f"the scale after a gradient of {number}")


def test_the_backward_pass_starts_from_the_scaled_error(solution, device):
    problem, seen = Problem(device, 1024.0), []
    problem.model.weight.register_hook(lambda gradient: seen.append(gradient.item()))
    problem.step(solution, max_norm=1.0)
    close(seen, [-6.0 * 1024], "the slope of the weight during the backward pass")


def test_a_scale_of_1_or_a_disabled_scaler_gives_the_clipped_step(solution, device):
    for situation, options in (("the scale 1", {}), ("a scaler that is not enabled", {"enabled": False})):
        problem = Problem(device, 1.0, **options)
        norm = problem.step(solution, max_norm=1.0)
        close(norm, 10.0, f"the norm with {situation}", **NEARLY)
        close(problem.position(), [0.3, 0.4], f"weight and bias after a step with {situation}", **NEARLY)


def test_gradients_from_before_the_call_are_not_used(solution, device):
    problem = Problem(device, 1.0)
    for parameter in problem.model.parameters():
        parameter.grad = torch.full_like(parameter, 1000.0)
    norm = problem.step(solution, max_norm=1.0)
    close(norm, 10.0, "the norm, with gradients from before the call", **NEARLY)


def test_no_samples_are_refused_and_change_nothing(solution, device):
    problem = Problem(device, start=(8.0, 0.0))
    problem.inputs, problem.targets = problem.inputs[:0], problem.targets[:0]
    with raises(ValueError, "no samples", "a step without samples"):
        problem.step(solution, max_norm=1.0)
    close(problem.position(), [8.0, 0.0], "weight and bias after a call without samples")
    equal(problem.scaler.get_scale(), 1024.0, "the scale after a call without samples")


# The documented failure


def test_the_step_is_shorter_by_the_scale(broken, device):
    for scale in (1024.0, 65536.0):
        problem = Problem(device, scale)
        norm = problem.step(broken, max_norm=1.0)
        # cut to the norm 1, and only then divided by the scale
        wanted = [0.3 / scale, 0.4 / scale]
        close(problem.position(), wanted, f"weight and bias with the scale {scale}", rtol=1e-5, atol=1e-12)
        close(norm, 10.0 * scale, f"the norm with the scale {scale}", **NEARLY)


def test_even_a_gradient_that_is_short_enough_is_clipped(broken, device):
    problem = Problem(device, 1024.0)
    problem.step(broken, max_norm=16.0)
    close(problem.position(), [0.3 / 64, 0.4 / 64], "weight and bias with a limit of 16", **NEARLY)
