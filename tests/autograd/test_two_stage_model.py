"""First the head alone, then head and encoder: what `adapt` promises.

With one weight each, a in the encoder and b in the head, the input 1 and the target t, the loss is
(a * b - t)**2. Its slopes are 2 * (a * b - t) * b along a and 2 * (a * b - t) * a along b.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

START, TARGET = [1.0, 0.5], 2.0


def linear(weight, device):
    """A module without bias, from its weights: (outputs, inputs)."""
    module = torch.nn.Linear(len(weight[0]), len(weight), bias=False, dtype=torch.float64, device=device)
    with torch.no_grad():
        module.weight.copy_(torch.tensor(weight, dtype=torch.float64))
    return module


def problem(device):
    """Encoder, head, inputs and targets of the docstring above."""
    inputs = torch.ones(1, 1, dtype=torch.float64, device=device)
    return linear([[START[0]]], device), linear([[START[1]]], device), inputs, TARGET * inputs


def weights_of(*modules):
    return [module.weight.item() for module in modules]


def walk(head_steps, full_steps, lr):
    """The losses before each step, and both weights after the last one."""
    (a, b), losses = START, []
    for step in range(head_steps + full_steps):
        error = a * b - TARGET
        losses.append(error**2)
        a, b = (a if step < head_steps else a - lr * 2 * error * b), b - lr * 2 * error * a
    return losses, [a, b]


# What adapt promises


@pytest.mark.parametrize(("head_steps", "full_steps", "lr"), [(2, 3, 0.125), (3, 2, 0.125), (1, 4, 0.0625)])
def test_the_head_moves_alone_and_then_both_move(solution, device, head_steps, full_steps, lr):
    encoder, head, *samples = problem(device)
    losses = solution.adapt(encoder, head, *samples, head_steps=head_steps, full_steps=full_steps, lr=lr)
    expected, weights = walk(head_steps, full_steps, lr)
    steps = f"{head_steps} and {full_steps} steps with lr {lr}"
    close(weights_of(encoder, head), weights, f"weights of encoder and head after {steps}")
    close(losses, expected, f"losses of {steps}")


def test_without_a_first_stage_both_move_at_once(solution, device):
    encoder, head, *samples = problem(device)
    solution.adapt(encoder, head, *samples, head_steps=0, full_steps=1, lr=0.125)
    close(weights_of(encoder, head), walk(0, 1, 0.125)[1], "weights of encoder and head after 0 and 1 steps")


def test_a_deep_encoder_learns_in_every_layer(solution, device):
    # prediction 3 * (2 * (1 * x)) with target 4 at x = 1: the error is 2, the slopes are 4 * (6, 3, 2)
    layers = [linear([[value]], device) for value in (1.0, 2.0, 3.0)]
    inputs = torch.ones(1, 1, dtype=torch.float64, device=device)
    encoder = torch.nn.Sequential(*layers[:2])
    solution.adapt(encoder, layers[2], inputs, 4 * inputs, head_steps=0, full_steps=1, lr=1 / 64)
    close(weights_of(*layers), [1 - 24 / 64, 2 - 12 / 64, 3 - 8 / 64], "weights of three layers after 1 step")


def test_samples_with_the_same_code_come_apart(solution, device):
    # Both samples start with the code 1, so the head alone can only predict 0 for both, the mean.
    encoder, head = linear([[1.0, 1.0]], device), linear([[0.5]], device)
    inputs = torch.eye(2, dtype=torch.float64, device=device)
    targets = torch.tensor([[1.0], [-1.0]], dtype=torch.float64, device=device)
    solution.adapt(encoder, head, inputs, targets, head_steps=0, full_steps=1, lr=0.5)
    # errors -1/2 and 3/2: the slopes are errors * 1/2 along the encoder, and their sum along the head
    close(encoder.weight.detach()[0], [1.125, 0.625], "weights of the encoder after 1 step on two samples")
    close(head.weight.item(), 0.0, "weight of the head after 1 step on two samples")


# What already works and must stay


@pytest.mark.parametrize("head_steps", [1, 4])
def test_the_encoder_does_not_move_in_the_first_stage(solution, device, head_steps):
    encoder, head, *samples = problem(device)
    losses = solution.adapt(encoder, head, *samples, head_steps=head_steps, full_steps=0, lr=0.125)
    expected, weights = walk(head_steps, 0, 0.125)
    equal(encoder.weight.item(), START[0], f"weight of the encoder after {head_steps} and 0 steps")
    close(head.weight.item(), weights[1], f"weight of the head after {head_steps} and 0 steps")
    close(losses, expected, f"losses of {head_steps} and 0 steps")


@pytest.mark.parametrize(("head_steps", "full_steps"), [(2, 0), (2, 2), (0, 2)])
def test_a_frozen_layer_stays_frozen(solution, device, head_steps, full_steps):
    encoder, head, *samples = problem(device)
    encoder = torch.nn.Sequential(linear([[2.0]], device).requires_grad_(False), encoder)
    solution.adapt(encoder, head, *samples, head_steps=head_steps, full_steps=full_steps, lr=1 / 64)
    equal(encoder[0].weight.item(), 2.0, "weight of a frozen layer")
    equal(encoder[0].weight.requires_grad, False, "requires_grad of a frozen layer afterwards")
    flags = [encoder[1].weight.requires_grad, head.weight.requires_grad]
    equal(flags, [True, True], f"requires_grad of the others after {head_steps} and {full_steps} steps")


def test_zero_steps_change_nothing(solution, device):
    encoder, head, *samples = problem(device)
    losses = solution.adapt(encoder, head, *samples, head_steps=0, full_steps=0, lr=0.125)
    equal(losses, [], "losses of 0 and 0 steps")
    equal(weights_of(encoder, head), START, "weights of encoder and head after 0 and 0 steps")


def test_no_samples_are_an_error(solution, device):
    encoder, head, inputs, targets = problem(device)
    with raises(ValueError, "no samples", "adapting to no samples"):
        solution.adapt(encoder, head, inputs[:0], targets[:0], head_steps=1, full_steps=1, lr=0.125)
    equal(weights_of(encoder, head), START, "weights of encoder and head after the error")


# The documented failure


@pytest.mark.parametrize(("head_steps", "full_steps", "lr"), [(2, 3, 0.125), (0, 4, 0.0625)])
def test_the_second_stage_is_the_first_one_continued(broken, device, head_steps, full_steps, lr):
    encoder, head, *samples = problem(device)
    losses = broken.adapt(encoder, head, *samples, head_steps=head_steps, full_steps=full_steps, lr=lr)
    expected, weights = walk(head_steps + full_steps, 0, lr)
    steps = f"{head_steps} and {full_steps} steps with lr {lr}"
    close(losses, expected, f"losses of {steps}")
    close(weights_of(encoder, head), weights, f"weights of encoder and head after {steps}")


def test_no_gradient_ever_reaches_the_encoder(broken, device):
    encoder, head, *samples = problem(device)
    broken.adapt(encoder, head, *samples, head_steps=1, full_steps=4, lr=0.125)
    equal(encoder.weight.grad, None, "gradient of the encoder after 1 and 4 steps")
    equal(encoder.weight.requires_grad, True, "requires_grad of the encoder after 1 and 4 steps")
