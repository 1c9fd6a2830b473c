"""Gradient descent on one number: what `fit_gain` promises.

The readings and references below make the mean squared error 4 * (gain - 3)**2 + 1/2, whose slope is
8 * (gain - 3). With lr = 1/16 each step halves the distance to 3.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

READINGS = [2.0, -2.0, 2.0, -2.0]  # mean of squares: 4
REFERENCES = [5.0, -7.0, 6.0, -6.0]  # mean of squares: 36.5; mean of readings * references: 12
BEST = 3.0
LR = 1 / 16


def samples(device, dtype=torch.float64):
    return (torch.tensor(values, dtype=dtype, device=device) for values in (READINGS, REFERENCES))


def gain_after(steps, start):
    return BEST + (start - BEST) * 0.5**steps


def loss_at(gain):
    return 4 * (gain - BEST) ** 2 + 0.5


# What fit_gain promises


@pytest.mark.parametrize("steps", [1, 4])
def test_every_step_follows_the_slope(solution, device, steps):
    gain, losses = solution.fit_gain(*samples(device), steps=steps, lr=LR)
    close(gain, gain_after(steps, start=1.0), f"gain after {steps} steps from 1.0")
    close(losses, [loss_at(gain_after(k, start=1.0)) for k in range(steps)], "losses before each step")


def test_gradient_descent_starts_from_the_given_start(solution, device):
    gain, losses = solution.fit_gain(*samples(device), steps=2, lr=LR, start=-5.0)
    close(gain, gain_after(2, start=-5.0), "gain after 2 steps from -5.0")
    close(losses[:1], [loss_at(-5.0)], "loss before the first step from -5.0")


def test_one_sample_gives_the_gradient_worked_out_by_hand(solution, device):
    # d/dw (3w - 1)**2 = 2 * (3w - 1) * 3, which is 30 at w = 2
    reading, reference = (torch.tensor([value], dtype=torch.float64, device=device) for value in (3.0, 1.0))
    gain, _ = solution.fit_gain(reading, reference, steps=1, lr=1 / 32, start=2.0)
    close((2.0 - gain) * 32, 30.0, "gradient of (3 * gain - 1)**2 at gain 2")


def test_float32_samples_give_the_same_gain(solution, device):
    gain, _ = solution.fit_gain(*samples(device, torch.float32), steps=4, lr=LR)
    close(gain, gain_after(4, start=1.0), "gain after 4 steps in float32")


def test_the_samples_are_left_unchanged(solution, device):
    readings, references = samples(device)
    solution.fit_gain(readings, references, steps=2, lr=LR)
    flags = [readings.requires_grad, references.requires_grad]
    equal(flags, [False, False], "requires_grad of readings and references afterwards")
    equal([readings.grad, references.grad], [None, None], ".grad of readings and references afterwards")
    equal([readings.tolist(), references.tolist()], [READINGS, REFERENCES], "samples afterwards")


# What already works and must stay


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["single", "double"])
def test_zero_steps_return_the_start_in_the_dtype_of_the_samples(solution, device, dtype):
    gain, losses = solution.fit_gain(*samples(device, dtype), steps=0, lr=LR, start=0.1)
    rounded = torch.tensor(0.1, dtype=dtype).item()
    close(gain, rounded, f"gain after 0 steps from 0.1 with {dtype} samples", rtol=0.0, atol=1e-12)
    equal(losses, [], "losses of 0 steps")


def test_a_fit_without_samples_is_an_error(solution, device):
    nothing = torch.empty(0, dtype=torch.float64, device=device)
    with raises(ValueError, "no samples", "a fit without samples"):
        solution.fit_gain(nothing, nothing, steps=1, lr=LR)


# The documented failure


def test_the_first_backward_finds_no_graph(broken, device):
    with raises(RuntimeError, "does not require grad and does not have a grad_fn", "the first step"):
        broken.fit_gain(*samples(device), steps=1, lr=LR)
