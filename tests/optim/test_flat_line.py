"""SGD with a log: what `fit` promises.

Every step is applied, with the gradient of that step, and the log tells what the step started from.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

LR = 0.25
CONFIG = {"start": [0.0, 0.0], "inputs": [[1.0], [-1.0]], "targets": [[7.0], [1.0]], "lr": LR, "steps": 1}
CLAIM = "the first update moves the model by -lr times the gradient of its error"
ORACLE = "closed form (2 (w - 3), 2 (b - 4))"


def problem(device, weight=0.0, bias=0.0):
    """A line w x + b through (1, 7) and (-1, 1), so that the mean squared error is (w - 3)² + (b - 4)²."""
    model = torch.nn.Linear(1, 1, dtype=torch.float64, device=device)
    torch.nn.init.constant_(model.weight, weight)
    torch.nn.init.constant_(model.bias, bias)
    inputs = torch.tensor([[1.0], [-1.0]], dtype=torch.float64, device=device)
    targets = torch.tensor([[7.0], [1.0]], dtype=torch.float64, device=device)
    return model, inputs, targets


def position(model):
    return torch.stack([model.weight.detach().squeeze(), model.bias.detach().squeeze()])


def pair(weight, bias):
    """Error and gradient norm at that weight and bias: the norm is twice the root of the error."""
    error = (weight - 3) ** 2 + (bias - 4) ** 2
    return [error, 2 * error**0.5]


def first_gradient(module, device):
    """The gradient by which one step moved the model, next to two independent ones."""
    model, inputs, targets = problem(device)
    start = position(model)
    numeric = gradients.central_difference(lambda at: ((inputs * at[0] + at[1] - targets) ** 2).mean(), start)
    module.fit(model, inputs, targets, steps=1, lr=LR)
    analytic = torch.tensor([-6.0, -8.0], dtype=torch.float64, device=device)
    applied = (start - position(model)) / LR
    what = "the gradient that moved (weight, bias) in 1 step"
    return gradients.compare(applied, analytic=analytic, numeric=numeric, what=what), model


# What fit promises


def test_the_first_update_is_the_gradient_times_the_learning_rate(solution, device, evidence):
    report, model = first_gradient(solution, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG, checkpoint={"model": position(model)})
    report.require()


def test_every_step_halves_the_distance_to_the_line(solution, device):
    model, inputs, targets = problem(device)
    log = solution.fit(model, inputs, targets, steps=4, lr=LR)
    way = [1 - 0.5**k for k in range(5)]  # w - 3 and b - 4 shrink by 1 - 2 lr = 1/2
    close(log, [pair(3 * way[k], 4 * way[k]) for k in range(4)], "the log of 4 steps")
    close(position(model), [3 * way[4], 4 * way[4]], "weight and bias after 4 steps")


def test_decay_adds_to_the_gradient(solution, device):
    model, inputs, targets = problem(device, weight=8.0)
    log = solution.fit(model, inputs, targets, steps=4, lr=0.125, decay=2.0)
    # w -> w - (2 (w - 3) + 2 w) / 8 = w / 2 + 3/4 halves the distance to 3/2; likewise b to 2
    weights, biases = [1.5 + 6.5 * 0.5**k for k in range(5)], [2 - 2 * 0.5**k for k in range(5)]
    close(log, [pair(weights[k], biases[k]) for k in range(4)], "the log of 4 steps with decay")
    close(position(model), [weights[4], biases[4]], "weight and bias after 4 steps with decay")


def test_a_model_with_two_outputs_is_trained_too(solution, device):
    model = torch.nn.Sequential(torch.nn.Linear(1, 2, bias=False, dtype=torch.float64, device=device))
    torch.nn.init.zeros_(model[0].weight)
    inputs = torch.tensor([[1.0]], dtype=torch.float64, device=device)
    targets = torch.tensor([[6.0, 8.0]], dtype=torch.float64, device=device)
    log = solution.fit(model, inputs, targets, steps=2, lr=0.1)
    # the error is ((a - 6)² + (b - 8)²) / 2, its gradient (a - 6, b - 8): each step covers a tenth of it
    close(log, [[50.0, 10.0], [40.5, 9.0]], "the log of 2 steps with two outputs")
    close(model[0].weight, [[1.14], [1.52]], "the weights after 2 steps with two outputs")


# What already works and must stay


def test_the_log_starts_with_the_untrained_model(solution, device):
    log = solution.fit(*problem(device), steps=1, lr=LR)
    close(log, [[25.0, 10.0]], "the log of 1 step")


def test_no_steps_return_an_empty_log_and_change_nothing(solution, device):
    model, inputs, targets = problem(device, weight=8.0)
    equal(solution.fit(model, inputs, targets, steps=0, lr=LR, decay=2.0), [], "the log of 0 steps")
    close(position(model), [8.0, 0.0], "weight and bias after 0 steps")


def test_no_samples_are_refused_and_change_nothing(solution, device):
    model, inputs, targets = problem(device, weight=8.0)
    with raises(ValueError, "no samples", "fitting no samples"):
        solution.fit(model, inputs[:0], targets[:0], steps=1, lr=LR, decay=2.0)
    close(position(model), [8.0, 0.0], "weight and bias after a call without samples")


# The documented failure


def test_nothing_is_applied(broken, device, evidence):
    report, model = first_gradient(broken, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG, checkpoint={"model": position(model)})
    close(report.autograd, [0.0, 0.0], "the gradient that moved the model")


def test_the_log_repeats_itself_with_a_healthy_gradient(broken, device):
    log = broken.fit(*problem(device), steps=4, lr=LR)
    close(log, [[25.0, 10.0]] * 4, "the log of 4 steps")


def test_not_even_decay_moves_the_weight(broken, device):
    model, inputs, targets = problem(device, weight=8.0)
    broken.fit(model, inputs, targets, steps=4, lr=0.125, decay=2.0)
    close(position(model), [8.0, 0.0], "weight and bias after 4 steps with decay")
