"""`fit` trains one decay per channel, segment by segment: the state is carried through the whole
sequence, the gradient stays within its segment."""

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

LR = 0.125


def problem(device):
    def tensor(values, **options):
        return torch.tensor(values, dtype=torch.float64, device=device, **options)

    decay = tensor([0.5, -0.25], requires_grad=True)
    signals = tensor(
        [[1.0, 0.5], [0.0, 1.0], [0.5, -1.0], [-1.0, 0.0], [0.25, 1.0], [1.0, 1.0], [0.0, -0.5], [0.5, 0.0]]
    )
    targets = tensor(
        [[1.0, 0.0], [1.0, 1.0], [0.5, 0.0], [0.0, -0.5], [0.0, 1.0], [1.5, 0.5], [1.0, -1.0], [0.0, 1.0]]
    )
    return decay, signals, targets


def segment_error(decay, state, signals, targets):
    """The error of one segment, as its docstring defines it, and the state that leaves it."""
    total = 0.0
    for signal, target in zip(signals, targets):
        state = decay * state + signal
        total = total + ((state - target) ** 2).mean()
    return total / len(signals), state


def by_hand(decay, signals, targets, length):
    """The same training with the derivative carried along: slope = d state / d decay.

    The product rule on decay * state gives slope = state before + decay * slope before; the slope
    is zero where a segment begins, since the state that enters it is given.
    """
    decay, state, errors = decay.detach().clone(), torch.zeros_like(signals[0]), []
    for start in range(0, len(signals), length):
        error, slope, gradient = 0.0, torch.zeros_like(state), torch.zeros_like(decay)
        for signal, target in zip(signals[start : start + length], targets[start : start + length]):
            slope = state + decay * slope
            state = decay * state + signal
            error += ((state - target) ** 2).mean().item() / length
            gradient += 2 * (state - target) * slope / (length * len(decay))
        decay = decay - LR * gradient
        errors.append(error)
    return decay, errors


def require_training(solution, device, steps, length):
    decay, signals, targets = problem(device)
    signals, targets = signals[:steps], targets[:steps]
    wanted_decay, wanted_errors = by_hand(decay, signals, targets, length)
    errors = solution.fit(decay, signals, targets, length=length, lr=LR)
    what = f"after {steps // length} segments of {length}"
    close(decay, wanted_decay, f"decay {what}")
    equal(type(errors).__name__, "list", f"type of the errors {what}")
    close(errors, wanted_errors, f"errors {what}")


# What fit promises


@pytest.mark.parametrize(("steps", "length"), [(4, 2), (8, 2), (8, 1), (8, 4)])
def test_every_segment_is_trained_from_the_state_that_enters_it(solution, device, steps, length):
    require_training(solution, device, steps, length)


def test_two_segments_of_one_step_match_the_calculation_by_hand(solution, device):
    # Decay 1/2, signal 1, 1, target 0, 0. Segment 1: state 1, whose slope is 0, so decay stays.
    # Segment 2: state 3/2 with slope 1, the state that entered. Gradient 2 * 3/2 = 3, decay 1/8.
    decay = torch.tensor([0.5], dtype=torch.float64, device=device, requires_grad=True)
    signals = torch.ones(2, 1, dtype=torch.float64, device=device)
    errors = solution.fit(decay, signals, torch.zeros_like(signals), length=1, lr=LR)
    close(decay, torch.tensor([0.125], dtype=torch.float64), "decay after two segments of one step")
    close(errors, [1.0, 2.25], "errors of two segments of one step")


def test_the_fourth_step_is_the_gradient_of_the_fourth_segment(solution, device):
    decay, signals, targets = problem(device)
    solution.fit(decay, signals[:6], targets[:6], length=2, lr=LR)
    longer, _, _ = problem(device)
    solution.fit(longer, signals, targets, length=2, lr=LR)

    # The state that enters the fourth segment was made by the decays of the first three.
    at, state = problem(device)[0].detach(), torch.zeros_like(signals[0])
    for segment in (1, 2, 3):
        part = slice(2 * segment - 2, 2 * segment)
        _, state = segment_error(at, state, signals[part], targets[part])
        at, _ = by_hand(problem(device)[0], signals[: 2 * segment], targets[: 2 * segment], 2)
    (x, y), (a, b) = signals[6:], targets[6:]
    first = at * state + x
    second = at * first + y
    analytic = (2 * (first - a) * state + 2 * (second - b) * (first + at * state)) / 4
    numeric = gradients.central_difference(
        lambda decay: segment_error(decay, state, signals[6:], targets[6:])[0], at
    )
    got = (decay.detach() - longer.detach()) / LR
    what = "gradient that the fourth segment gave the decay"
    gradients.compare(got, analytic=analytic, numeric=numeric, what=what).require()


# What already works and must stay


@pytest.mark.parametrize(("steps", "length"), [(1, 1), (2, 2), (8, 8)])
def test_a_single_segment_is_differentiated_from_end_to_end(solution, device, steps, length):
    require_training(solution, device, steps, length)


@pytest.mark.parametrize(
    ("signals", "targets", "length"),
    [
        ((8, 2), (8, 2), 3),
        ((8, 2), (8, 2), 16),
        ((8, 2), (8, 2), 0),
        ((0, 2), (0, 2), 1),
        ((8, 2), (8, 1), 2),
    ],
)
def test_a_sequence_that_cannot_be_cut_into_segments_is_refused_and_nothing_changes(
    solution, device, signals, targets, length
):
    decay, _, _ = problem(device)
    before = decay.detach().clone()
    decay.grad = torch.full_like(decay, 7.0)
    what = f"signals {signals}, targets {targets}, length {length}"
    signals, targets = (torch.ones(shape, dtype=torch.float64, device=device) for shape in (signals, targets))
    with raises(ValueError, "signals", what):
        solution.fit(decay, signals, targets, length=length, lr=LR)
    equal(decay.detach(), before, "decay after the refusal")
    close(decay.grad, [7.0, 7.0], "gradient of the decay after the refusal")


# The documented failure


@pytest.mark.parametrize(("steps", "length"), [(4, 2), (8, 2), (8, 1), (8, 4)])
def test_the_second_segment_raises(broken, device, steps, length):
    decay, signals, targets = problem(device)
    after_one_segment, _ = by_hand(decay, signals[:length], targets[:length], length)
    with raises(RuntimeError, "backward through the graph a second time", f"segments of {length} steps"):
        broken.fit(decay, signals[:steps], targets[:steps], length=length, lr=LR)
    close(decay, after_one_segment, "decay when the second segment raised")
