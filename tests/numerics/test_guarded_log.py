"""The loudness loss: what `loudness_loss` promises about its value and its gradient, down to silence.

`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import math

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

FLOOR = 0.5
PREDICTED, RECORDED = [4.0, 0.0, 0.25, 1.5], [1.0, 2.0, 0.0, 3.0]  # silence in the second frame
CONFIG = {"predicted": PREDICTED, "recorded": RECORDED, "floor": FLOOR}
CLAIM = "the gradient of the loss at each predicted power is that of the formula"
ORACLE = "closed form 2 (level - recorded level) / (frames p) above the floor, 0 below"


def frames(values, device, dtype=torch.float64, **options):
    return torch.tensor(values, dtype=dtype, device=device, **options)


def level(power, floor):
    return math.log(power / floor) if power > floor else 0.0


def by_hand(predicted, recorded, floor):
    """The loss, and its derivative by each predicted power, written out."""
    gaps = [level(p, floor) - level(r, floor) for p, r in zip(predicted, recorded)]
    slopes = [2 * gap / (len(gaps) * p) if p > floor else 0.0 for gap, p in zip(gaps, predicted)]
    return sum(gap**2 for gap in gaps) / len(gaps), slopes


def near(got, expected, what):
    close(got, expected, what, rtol=1e-5, atol=1e-6)


def three_ways(module, device):
    """predicted.grad next to the closed form and finite differences of the formula."""
    predicted = frames(PREDICTED, device, requires_grad=True)
    module.loudness_loss(predicted, frames(RECORDED, device), FLOOR).backward()
    report = gradients.compare(
        predicted.grad,
        analytic=frames(by_hand(PREDICTED, RECORDED, FLOOR)[1], device),
        numeric=gradients.central_difference(
            lambda powers: by_hand(powers.tolist(), RECORDED, FLOOR)[0], predicted.detach()
        ),
        what="predicted.grad, with silence in frame 1",
    )
    return predicted, report


def train(module, device, steps, lr=0.125):
    """Descend on one gain; the powers of the sound are gain² times those of the signal, one of which is 0."""
    gain = frames(3.0, device, requires_grad=True)
    signal, recorded = frames([4.0, 0.0, 1.0], device), frames([1.0, 1.0, 2.0], device)
    for _ in range(steps):
        gain.grad = None
        module.loudness_loss(gain**2 * signal, recorded, 0.25).backward()
        with torch.no_grad():
            gain -= lr * gain.grad
    return gain


# What loudness_loss promises


def test_the_gradient_is_that_of_the_formula_in_silence_too(solution, device, evidence):
    predicted, report = three_ways(solution, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG, checkpoint={"predicted": predicted.detach()})
    near(report.autograd, report.analytic, report.what)


@pytest.mark.parametrize("floor", [1e-6, 1.25])
def test_the_gradient_of_silence_is_0_for_any_floor(solution, device, floor):
    values, wanted = [0.0, 3.0, 1.0, 0.0], [2.0, 2.0, 0.0, 0.0]
    predicted = frames(values, device, requires_grad=True)
    loss = solution.loudness_loss(predicted.reshape(2, 2), frames(wanted, device).reshape(2, 2), floor)
    loss.backward()
    value, slopes = by_hand(values, wanted, floor)
    near(loss.item(), value, f"the loss of 2 x 2 frames with the floor {floor}")
    near(predicted.grad, slopes, f"predicted.grad with the floor {floor}")


def test_quiet_frames_count_as_much_as_loud_ones(solution, device):
    predicted = frames([4e-30, 0.0], device, requires_grad=True)
    solution.loudness_loss(predicted, frames([2e-30, 0.0], device), 1e-30).backward()
    pull = predicted.grad[0].item() * 4e-30  # p times the slope: 2 (log 4 - log 2) / 2
    near(pull, math.log(2), "4e-30 times the slope at a power of 4e-30, with the floor 1e-30")


def test_a_gain_is_trained_on_a_signal_with_silence(solution, device):
    want = 3.0
    for _ in range(4):
        _, slopes = by_hand([4 * want**2, 0.0, want**2], [1.0, 1.0, 2.0], 0.25)
        want -= 0.125 * 2 * want * (4 * slopes[0] + slopes[2])
    near(train(solution, device, steps=4).item(), want, "the gain after 4 steps")


# What already works and must stay


@pytest.mark.parametrize(
    ("predicted", "recorded", "floor"),
    [(PREDICTED, RECORDED, FLOOR), (PREDICTED, RECORDED, 0.1), ([0.0], [0.0], 0.5), ([0.5], [4.0], 0.5)],
)
def test_the_loss_is_the_mean_squared_difference_of_the_levels(solution, device, predicted, recorded, floor):
    loss = solution.loudness_loss(frames(predicted, device), frames(recorded, device), floor)
    value = frames(by_hand(predicted, recorded, floor)[0], device)
    near(loss, value, f"the loss of {predicted} against {recorded}, floor {floor}")


def test_without_silence_the_gradient_is_right(solution, device):
    values, wanted = [4.0, 0.25, 1.5], [1.0, 3.0, 0.0]
    predicted = frames(values, device, requires_grad=True)
    solution.loudness_loss(predicted, frames(wanted, device), FLOOR).backward()
    near(predicted.grad, by_hand(values, wanted, FLOOR)[1], "predicted.grad, without silence")


def test_no_gradient_reaches_the_recording(solution, device):
    predicted, recorded = [frames(values, device, requires_grad=True) for values in ([4.0, 1.0], [2.0, 3.0])]
    solution.loudness_loss(predicted, recorded, 0.5).backward()
    equal(recorded.grad, None, "the gradient of the recording")


def test_the_gradient_is_scaled_by_what_multiplies_the_loss(solution, device):
    values, wanted = [4.0, 1.0, 0.25], [2.0, 3.0, 1.0]
    predicted = frames(values, device, requires_grad=True)
    (3 * solution.loudness_loss(predicted, frames(wanted, device), 0.5)).backward()
    tripled = [3 * slope for slope in by_hand(values, wanted, 0.5)[1]]
    near(predicted.grad, tripled, "predicted.grad of 3 times the loss")


def test_the_loss_of_float32_is_float32(solution, device):
    single = [frames(values, device, torch.float32) for values in (PREDICTED, RECORDED)]
    value = torch.tensor(by_hand(PREDICTED, RECORDED, FLOOR)[0], dtype=torch.float32)
    close(solution.loudness_loss(*single, FLOOR), value, "the loss of float32 frames")


@pytest.mark.parametrize(("predicted", "recorded"), [([], []), ([1.0, 2.0], [1.0]), ([[1.0]], [1.0])])
def test_frames_that_do_not_match_are_refused(solution, device, predicted, recorded):
    with raises(ValueError, "frames", f"frames {predicted} against {recorded}"):
        solution.loudness_loss(frames(predicted, device), frames(recorded, device), FLOOR)


# The documented failure


def test_the_gradient_of_silence_is_nan_and_the_others_are_right(broken, device, evidence):
    predicted, report = three_ways(broken, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG, checkpoint={"predicted": predicted.detach()})
    equal(torch.isnan(predicted.grad).tolist(), [False, True, False, False], "which slopes are nan")
    slopes = by_hand(PREDICTED, RECORDED, FLOOR)[1]
    close(predicted.grad[[0, 2, 3]], [slopes[0], slopes[2], slopes[3]], "the slopes of the other frames")


def test_one_step_makes_the_gain_nan(broken, device):
    equal(math.isnan(train(broken, device, steps=1).item()), True, "whether the gain is nan after 1 step")
