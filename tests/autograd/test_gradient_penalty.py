"""Regression with a penalty on the slopes of the predictions: what `fit` promises.

On the four samples below a straight line has the error |weight - (2, -1)|**2 + (bias - 1)**2, and its
slopes are its weights everywhere. The curve scale * (gain * x)**2 has the slope 2 * scale * gain**2 * x.
"""

import math

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

INPUTS = [[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]]
TARGETS = [2.0, 4.0, -2.0, 0.0]  # 2 * x0 - x1 + 1
BEST, START = [2.0, -1.0, 1.0], [3.0, 0.5, 0.0]  # weight, weight, bias

CURVE = {
    "gain": 1.5,
    "scale": 0.5,
    "inputs": [1.0, -2.0],
    "targets": [3.0, 1.0],
    "coefficient": 0.25,
    "lr": 1 / 64,
}
CLAIM = "the first update moves the parameters by -lr times the gradient of error + coefficient * penalty"
ORACLE = "closed form for the curve scale * (gain * x)**2"


class Square(torch.nn.Module):
    def forward(self, values):
        return values**2


class Exponential(torch.nn.Module):
    def forward(self, values):
        return values.exp()


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def line(device):
    model = torch.nn.Linear(2, 1, dtype=torch.float64, device=device)
    with torch.no_grad():
        model.weight.copy_(tensor([START[:2]], device))
        model.bias.fill_(START[2])
    return model


def values_of(model):
    return [*model.weight[0].tolist(), model.bias.item()]


def path(coefficient, lr, steps):
    """Parameters of the line and its log: its loss has the slopes 2 (w - best) + 2 c w, and 2 (b - best)."""
    values, log = START, []
    for _ in range(steps):
        error = sum((value - best) ** 2 for value, best in zip(values, BEST))
        log.append([error, values[0] ** 2 + values[1] ** 2])
        pull = [coefficient * values[0], coefficient * values[1], 0.0]
        values = [v - lr * 2 * (v - best + p) for v, best, p in zip(values, BEST, pull)]
    return values, log


def samples(device):
    return tensor(INPUTS, device), tensor(TARGETS, device).unsqueeze(1)


def first_gradient(module, device):
    """The gradient by which one step moved (gain, scale) of the curve, with two independent values for it."""
    layers = [torch.nn.Linear(1, 1, bias=False, dtype=torch.float64, device=device) for _ in range(2)]
    start = tensor([CURVE["gain"], CURVE["scale"]], device)
    for layer, value in zip(layers, start.tolist()):
        torch.nn.init.constant_(layer.weight, value)
    x, y, c = tensor(CURVE["inputs"], device), tensor(CURVE["targets"], device), CURVE["coefficient"]

    def objective(at):
        gain, scale = at
        return ((scale * (gain * x) ** 2 - y) ** 2).mean() + c * ((2 * scale * gain**2 * x) ** 2).mean()

    (gain, scale), errors = start, start[1] * (start[0] * x) ** 2 - y
    along_gain = (2 * errors * 2 * scale * gain * x**2).mean() + c * (16 * scale**2 * gain**3 * x**2).mean()
    along_scale = (2 * errors * gain**2 * x**2).mean() + c * (8 * scale * gain**4 * x**2).mean()

    model = torch.nn.Sequential(layers[0], Square(), layers[1])
    module.fit(model, x[:, None], y[:, None], coefficient=c, steps=1, lr=CURVE["lr"])
    now = torch.stack([layer.weight.detach().squeeze() for layer in layers])
    report = gradients.compare(
        (start - now) / CURVE["lr"],
        analytic=torch.stack([along_gain, along_scale]),
        numeric=gradients.central_difference(objective, start),
        what="the gradient that moved (gain, scale) of a curve in 1 step",
    )
    return report, now, (2 * errors * torch.stack([2 * scale * gain * x**2, gain**2 * x**2])).mean(dim=1)


# What fit promises


@pytest.mark.parametrize(("coefficient", "lr"), [(1.0, 1 / 8), (0.5, 1 / 8), (3.0, 0.1)])
def test_the_penalty_makes_the_line_less_steep(solution, device, coefficient, lr):
    model = line(device)
    log = solution.fit(model, *samples(device), coefficient=coefficient, steps=4, lr=lr)
    values, expected = path(coefficient, lr, 4)
    close(values_of(model), values, f"weights and bias after 4 steps with coefficient {coefficient}")
    close(log, expected, f"(error, penalty) before 4 steps with coefficient {coefficient}")


def test_error_and_penalty_of_a_curve_move_it_together(solution, device, evidence):
    report, now, _ = first_gradient(solution, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CURVE, checkpoint={"gain and scale": now})
    report.require()


def test_one_sample_pays_for_its_own_slope(solution, device):
    model = line(device)
    inputs, targets = samples(device)
    log = solution.fit(model, inputs[:1], targets[:1], coefficient=1.0, steps=1, lr=1 / 8)
    # prediction 3.5, error 1.5; slopes 2 * 1.5 + 2 * weight along the weights, 2 * 1.5 along the bias
    close(log, [[2.25, 9.25]], "(error, penalty) of one sample")
    close(values_of(model), [3 - 9 / 8, 0.5 - 4 / 8, -3 / 8], "weights and bias after 1 step on one sample")


# What already works and must stay


def test_without_a_coefficient_it_is_plain_regression(solution, device):
    model = line(device)
    log = solution.fit(model, *samples(device), coefficient=0.0, steps=4, lr=1 / 8)
    values, expected = path(0.0, 1 / 8, 4)
    close(values_of(model), values, "weights and bias after 4 steps with coefficient 0")
    close(log, expected, "(error, penalty) before 4 steps with coefficient 0")


def test_the_penalty_of_a_curve_is_that_of_its_tangent(solution, device):
    # exp(2 x + b) has the slope 2 exp(2 x + b); at x = 1/2 and -1/2, with b = 0, that is 2e and 2/e
    layer = torch.nn.Linear(1, 1, dtype=torch.float64, device=device)
    torch.nn.init.constant_(layer.weight, 2.0)
    torch.nn.init.zeros_(layer.bias)
    inputs, targets = tensor([[0.5], [-0.5]], device), tensor([[1.0], [1.0]], device)
    model = torch.nn.Sequential(layer, Exponential())
    log = solution.fit(model, inputs, targets, coefficient=0.5, steps=1, lr=1 / 64)
    error = ((math.e - 1) ** 2 + (1 / math.e - 1) ** 2) / 2
    close(log, [[error, 2 * math.e**2 + 2 / math.e**2]], "(error, penalty) of an exponential curve")


def test_inputs_and_targets_stay_as_they_are(solution, device):
    inputs, targets = samples(device)
    solution.fit(line(device), inputs, targets, coefficient=1.0, steps=2, lr=1 / 8)
    equal(
        [inputs.requires_grad, targets.requires_grad], [False, False], "requires_grad of the data after fit"
    )
    equal(inputs.grad, None, "gradient of the inputs after fit")
    equal(inputs.tolist(), INPUTS, "inputs after fit")
    equal(targets[:, 0].tolist(), TARGETS, "targets after fit")


def test_inputs_that_require_a_gradient_of_their_own_get_none(solution, device):
    inputs, targets = samples(device)
    inputs.requires_grad_()
    solution.fit(line(device), inputs, targets, coefficient=0.0, steps=2, lr=1 / 8)
    equal(
        [inputs.requires_grad, inputs.grad],
        [True, None],
        "requires_grad and gradient of the inputs after fit",
    )


def test_zero_steps_change_nothing(solution, device):
    model = line(device)
    equal(solution.fit(model, *samples(device), coefficient=1.0, steps=0, lr=1 / 8), [], "log of 0 steps")
    equal(values_of(model), START, "weights and bias after 0 steps")


def test_no_samples_are_an_error(solution, device):
    model, (inputs, targets) = line(device), samples(device)
    with raises(ValueError, "no samples", "fitting no samples"):
        solution.fit(model, inputs[:0], targets[:0], coefficient=1.0, steps=1, lr=1 / 8)
    equal(values_of(model), START, "weights and bias after the error")


# The documented failure


@pytest.mark.parametrize("coefficient", [1.0, 100.0])
def test_the_coefficient_makes_no_difference(broken, device, coefficient):
    model = line(device)
    log = broken.fit(model, *samples(device), coefficient=coefficient, steps=4, lr=1 / 8)
    values, expected = path(0.0, 1 / 8, 4)  # that of the error alone
    close(values_of(model), values, f"weights and bias after 4 steps with coefficient {coefficient}")
    close(log, expected, f"(error, penalty) before 4 steps with coefficient {coefficient}")


def test_the_gradient_is_that_of_the_error_alone(broken, device, evidence):
    report, now, of_error = first_gradient(broken, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CURVE, checkpoint={"gain and scale": now})
    close(report.autograd, of_error, "the gradient that moved (gain, scale) of a curve in 1 step")
