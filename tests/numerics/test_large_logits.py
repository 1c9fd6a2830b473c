"""Cross entropy with soft targets: what `soft_cross_entropy` promises, for logits of any size.

`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import math

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

LOGITS, TARGETS = [[1000.0, 0.0], [0.0, 0.0]], [[0.0, 1.0], [0.75, 0.25]]  # the first is sure, and in error
CONFIG = {"logits": LOGITS, "targets": TARGETS}
CLAIM = "the gradient of the loss with respect to the logits is that of the formula"
ORACLE = "closed form (probability - target) / samples"


def rows(values, device, dtype=torch.float64, **options):
    return torch.tensor(values, dtype=dtype, device=device, **options)


def by_hand(logits, targets):
    """The loss and its gradient, with the largest logit of each row taken out of the exponentials."""
    loss, slopes = 0.0, []
    for row, wanted in zip(logits, targets):
        top = max(row)
        size = sum(math.exp(x - top) for x in row)
        loss -= sum(t * (x - top - math.log(size)) for x, t in zip(row, wanted)) / len(logits)
        slopes.append([(math.exp(x - top) / size - t) / len(logits) for x, t in zip(row, wanted)])
    return loss, slopes


def gradient(module, logits, targets, device):
    logits = rows(logits, device, requires_grad=True)
    module.soft_cross_entropy(logits, rows(targets, device)).backward()
    return logits.grad


def three_ways(module, device):
    """logits.grad next to the closed form and finite differences of the formula."""
    numeric = gradients.central_difference(
        lambda logits: by_hand(logits.tolist(), TARGETS)[0], rows(LOGITS, device)
    )
    return gradients.compare(
        gradient(module, LOGITS, TARGETS, device),
        analytic=rows(by_hand(LOGITS, TARGETS)[1], device),
        numeric=numeric,
        what="logits.grad, where logits of 1000 and 0 meet the second class",
    )


def growth(module, device, dtype, low, high):
    """The growth of the loss when the logit of the class that is not the target goes from `low` to `high`."""
    target = rows([[0.0, 1.0]], device, dtype)
    losses = [module.soft_cross_entropy(rows([[x, 0.0]], device, dtype), target) for x in (low, high)]
    return losses[1] - losses[0]


# What soft_cross_entropy promises


def test_the_gradient_is_that_of_the_formula_for_large_logits(solution, device, evidence):
    report = three_ways(solution, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG)
    close(report.autograd, report.analytic, report.what, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("logits", [[[1e4, 0.0, -1e4]], [[0.0, 900.0, 900.0]], [[-2000.0, -1000.0, -3000.0]]])
@pytest.mark.parametrize("target", [[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [0.5, 0.25, 0.25]])
def test_every_class_has_its_gradient(solution, device, logits, target):
    got = gradient(solution, logits, [target], device)
    close(
        got, by_hand(logits, [target])[1], f"logits.grad at {logits}, target {target}", rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize(("low", "high"), [(1000.0, 2000.0), (1500.0, 9000.0)])
def test_the_loss_grows_as_the_logit_of_the_other_class_does(solution, device, low, high):
    want = by_hand([[high, 0.0]], [[0.0, 1.0]])[0] - by_hand([[low, 0.0]], [[0.0, 1.0]])[0]
    got = growth(solution, device, torch.float64, low, high)
    close(
        got, rows(want, device), f"growth of the loss from a logit of {low} to {high}", rtol=1e-5, atol=1e-5
    )


def test_the_loss_grows_in_float32_as_well(solution, device):
    got = growth(solution, device, torch.float32, 600.0, 700.0)
    what = "growth of the float32 loss from a logit of 600 to 700"
    close(got, torch.tensor(100.0), what, rtol=1e-5, atol=1e-5)


def test_the_loss_of_float32_logits_of_1e30_is_finite(solution, device):
    logits = rows([[1e30, 0.0], [0.0, -1e30]], device, torch.float32)
    loss = solution.soft_cross_entropy(logits, rows([[0.0, 1.0], [0.0, 1.0]], device, torch.float32))
    close(loss.item() / 1e30, 1.0, "the mean loss of two gaps of 1e30, over 1e30", rtol=1e-5, atol=0.0)


def test_being_sure_and_right_costs_nothing(solution, device):
    loss = solution.soft_cross_entropy(rows([[1000.0, 0.0]], device), rows([[1.0, 0.0]], device))
    close(
        loss, rows(0.0, device), "the loss of logits of 1000 and 0 for the first class", rtol=1e-5, atol=1e-5
    )


# What already works and must stay


@pytest.mark.parametrize(
    ("logits", "targets"),
    [
        ([[0.0, 0.0]], [[0.0, 1.0]]),
        ([[1.0, -0.5, 0.5], [1.0, 1.5, 0.25]], [[0.0, 1.0, 0.0], [0.5, 0.25, 0.25]]),
        ([[-2.0], [7.0]], [[1.0], [1.0]]),
    ],
)
def test_small_logits_have_the_loss_and_the_gradient_of_the_formula(solution, device, logits, targets):
    loss = solution.soft_cross_entropy(rows(logits, device), rows(targets, device))
    want, slopes = by_hand(logits, targets)
    close(loss, rows(want, device), f"the loss of {logits} with the targets {targets}", rtol=1e-5, atol=1e-5)
    got = gradient(solution, logits, targets, device)
    close(got, slopes, f"logits.grad at {logits} with the targets {targets}", rtol=1e-5, atol=2e-5)


def test_no_gradient_reaches_the_targets(solution, device):
    logits, targets = rows([[1.0, -0.5]], device), rows([[0.25, 0.75]], device)
    solution.soft_cross_entropy(logits.requires_grad_(), targets.requires_grad_()).backward()
    equal(targets.grad, None, "the gradient of the targets")


def test_the_gradient_is_scaled_by_what_multiplies_the_loss(solution, device):
    values, targets = [[1.0, -0.5, 0.5], [1.0, 1.5, 0.25]], [[0.0, 1.0, 0.0], [0.5, 0.25, 0.25]]
    logits = rows(values, device).requires_grad_()
    (3 * solution.soft_cross_entropy(logits, rows(targets, device))).backward()
    tripled = [[3 * slope for slope in row] for row in by_hand(values, targets)[1]]
    close(logits.grad, tripled, "logits.grad of 3 times the loss", rtol=1e-5, atol=1e-5)


def test_the_loss_of_float32_logits_is_float32(solution, device):
    logits, targets = [[0.3, -1.7]], [[0.25, 0.75]]
    single = [rows(values, device, torch.float32) for values in (logits, targets)]
    want = torch.tensor(by_hand(logits, targets)[0], dtype=torch.float32)
    close(solution.soft_cross_entropy(*single), want, "the loss of float32 logits", rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("shapes", [((0, 2), (0, 2)), ((3, 2), (1, 2)), ((3, 2), (3,))])
def test_targets_that_do_not_match_are_refused(solution, device, shapes):
    logits, targets = [torch.zeros(shape, dtype=torch.float64, device=device) for shape in shapes]
    with raises(ValueError, "", f"logits and targets of the shapes {shapes}"):
        solution.soft_cross_entropy(logits, targets)


# The documented failure


@pytest.mark.parametrize(
    ("target", "wanted"), [([0.0, 1.0], "inf"), ([1.0, 0.0], "nan"), ([0.5, 0.5], "inf")]
)
def test_the_loss_of_large_logits_is_not_a_number(broken, device, target, wanted):
    loss = broken.soft_cross_entropy(rows([[1000.0, 0.0]], device), rows([target], device))
    kinds = {"inf": math.isinf(loss.item()), "nan": math.isnan(loss.item())}
    equal(kinds, {"inf": wanted == "inf", "nan": wanted == "nan"}, f"the loss of 1000 and 0 for {target}")


def test_the_gradient_of_large_logits_is_nan_and_that_of_the_small_ones_right(broken, device, evidence):
    report = three_ways(broken, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG)
    equal(torch.isnan(report.autograd).tolist(), [[True, True], [False, False]], "which slopes are nan")
    close(report.autograd[1], [-0.125, 0.125], "the gradient of the second sample")


def test_in_float32_a_gap_of_110_is_too_much(broken, device):
    target = rows([[0.0, 1.0]], device, torch.float32)
    gaps = [rows([[gap, 0.0]], device, torch.float32) for gap in (80.0, 110.0)]
    losses = [broken.soft_cross_entropy(logits, target).item() for logits in gaps]
    equal(
        [math.isinf(loss) for loss in losses], [False, True], "whether gaps of 80 and 110 are infinitely bad"
    )
