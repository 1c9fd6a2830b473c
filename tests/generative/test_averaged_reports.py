"""Training with reports on the averaged weights: what `train` promises.

Most models below are y = w x, whose mean squared error has the slope mean(2 x (w x - y)). The witness is a
loop over plain numbers that knows of no reports.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

X, Y, LR = [1.0, 2.0], [[1.0, -3.0], [0.5, 2.0], [4.0, 1.0], [-1.0, 0.0], [2.0, 2.0], [1.0, 5.0]], 0.125


def model_of(device, outputs=1):
    model = torch.nn.Linear(1, outputs, bias=False, dtype=torch.float64, device=device)
    torch.nn.init.ones_(model.weight)
    return model


def batches_of(device, steps=6):
    x = torch.tensor(X, dtype=torch.float64, device=device).unsqueeze(1)
    return [(x, torch.tensor(y, dtype=torch.float64, device=device).unsqueeze(1)) for y in Y[:steps]]


def by_hand(steps, decay):
    """The weights and the averages after each step, from plain numbers."""
    w, average, speed, weights, averages = 1.0, 1.0, 0.0, [], []
    for n, y in enumerate(Y[:steps], start=1):
        slope = sum(2 * a * (w * a - b) for a, b in zip(X, y)) / 2
        speed = slope if n == 1 else 0.5 * speed + slope
        w -= LR * speed
        d = min(decay, (1 + n) / (10 + n))
        average = d * average + (1 - d) * w
        weights.append(w)
        averages.append(average)
    return weights, averages


def run(module, device, every, decay=0.25, steps=6):
    """The model, the returned average, and what the reports saw."""
    model, seen = model_of(device), []

    def report(n, m):
        seen.append((n, m.weight.item()))

    average = module.train(model, batches_of(device, steps), LR, decay, every, report)
    return model, average, seen


# What train promises


@pytest.mark.parametrize("every", [1, 2, 3, 6, 7])
def test_reports_do_not_change_the_weights(solution, device, every):
    model, average, _ = run(solution, device, every)
    weights, averages = by_hand(6, 0.25)
    close(model.weight.detach(), [[weights[-1]]], f"the weight after 6 steps with a report every {every}")
    close(average[0], [[averages[-1]]], f"the average after 6 steps with a report every {every}")


@pytest.mark.parametrize("decay", [0.0, 0.5, 0.99])
@pytest.mark.parametrize("every", [1, 2, 4])
def test_reports_see_the_average_of_their_step(solution, device, every, decay):
    model, _, seen = run(solution, device, every, decay)
    weights, averages = by_hand(6, decay)
    steps = [n for n in range(1, 7) if n % every == 0]
    equal([n for n, _ in seen], steps, f"the steps reported, every {every}")
    close([value for _, value in seen], [averages[n - 1] for n in steps], f"the weights shown, every {every}")
    close(model.weight.detach(), [[weights[-1]]], f"the weight after 6 steps, every {every}, decay {decay}")


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
@pytest.mark.parametrize("fails", [1, 3])
def test_a_report_that_raises_leaves_the_trained_weights(solution, device, fails, error):
    model, calls = model_of(device), []

    def report(n, m):
        calls.append(n)
        if n == fails:
            raise error("no more room on the disk")

    with raises(error, "no more room", f"a report that raises {error.__name__}"):
        solution.train(model, batches_of(device), LR, 0.25, 1, report)
    equal(calls, list(range(1, fails + 1)), "the reports until the one that raises")
    close(
        model.weight.detach(),
        [[by_hand(fails, 0.25)[0][-1]]],
        f"the weight after a report that raises {error.__name__} in step {fails}",
    )


def test_all_parameters_go_on_where_they_were(solution, device):
    torch.manual_seed(0)
    layers = torch.nn.Linear(1, 3), torch.nn.Tanh(), torch.nn.Linear(3, 1)
    models = [torch.nn.Sequential(*layers).to(device, torch.float64)]
    models.append(type(models[0])(*[type(x)(*s) for x, s in zip(layers, ((1, 3), (), (3, 1)))]))
    models[1].to(device, torch.float64).load_state_dict(models[0].state_dict())
    reported = solution.train(models[0], batches_of(device), LR, 0.5, 1, lambda n, m: None)
    silent = solution.train(models[1], batches_of(device), LR, 0.5, 100, lambda n, m: None)
    names = [name for name, _ in models[0].named_parameters()]
    for name, a, b in zip(names, models[0].parameters(), models[1].parameters()):
        close(a.detach(), b, f"{name} with six reports and with none")
    for name, a, b in zip(names, reported, silent):
        close(a, b, f"the average of {name} with six reports and with none")


class Halved(torch.nn.Linear):
    """In training its answers are half as large, and it counts its calls."""

    def __init__(self, device):
        super().__init__(1, 1, bias=False, dtype=torch.float64, device=device)
        torch.nn.init.ones_(self.weight)
        self.register_buffer("calls", torch.zeros((), dtype=torch.int64, device=device))

    def forward(self, x):
        self.calls += 1
        return super().forward(x) * (0.5 if self.training else 1.0)


def test_training_goes_on_in_its_mode(solution, device):
    weights = []
    for every in (1, 100):
        model = Halved(device)
        solution.train(model, batches_of(device), LR, 0.5, every, lambda n, m: None)
        weights.append(model.weight.item())
        equal(model.training, True, "whether the model is still in training mode")
    close(weights[0], weights[1], "the weight of a model whose mode matters, with six reports and with none")


def test_all_but_the_weights_is_that_of_the_model(solution, device):
    model, calls = Halved(device), []
    solution.train(model, batches_of(device), LR, 0.5, 2, lambda n, m: calls.append(m.calls.item()))
    equal(calls, [2, 4, 6], "a buffer that counts the steps, in the reports of steps 2, 4 and 6")


# What already works and must stay


def test_without_reports_training_follows_the_formula(solution, device):
    for steps in range(1, 7):
        model, average, seen = run(solution, device, every=100, decay=0.5, steps=steps)
        weights, averages = by_hand(steps, 0.5)
        close(model.weight.detach(), [[weights[-1]]], f"the weight after {steps} steps without reports")
        close(average[0], [[averages[-1]]], f"the average after {steps} steps without reports")
        equal(seen, [], f"the reports in {steps} steps")


def test_the_average_is_apart_from_the_model(solution, device):
    model, average, _ = run(solution, device, every=4)
    before = average[0].clone()
    with torch.no_grad():
        model.weight.add_(1.0)
    equal(average[0], before, "the average after a change of the model")
    equal(average[0].requires_grad, False, "whether the average needs a gradient")
    equal(model.weight.requires_grad, True, "whether the weight still requires a gradient")


def test_no_batches_change_nothing(solution, device):
    model, average, seen = run(solution, device, every=1, steps=0)
    equal(model.weight.tolist(), [[1.0]], "the weight after no steps")
    equal(average[0].tolist(), [[1.0]], "the average after no steps")
    equal(seen, [], "the reports after no steps")


def test_the_first_report_shows_the_first_average(solution, device):
    _, _, seen = run(solution, device, every=1, steps=1)
    close([value for _, value in seen], [by_hand(1, 0.25)[1][0]], "the weight in the report of step 1")


# The documented failure


def test_training_goes_on_from_the_average(broken, device):
    model, _, _ = run(broken, device, every=6)
    close(model.weight.detach(), [[by_hand(6, 0.25)[1][-1]]], "the weight after 6 steps and a report")


def test_the_more_reports_the_slower_it_learns(broken, device):
    x, y = (torch.ones(1, 1, dtype=torch.float64, device=device) * k for k in (1, 9))
    weights = []
    for every in (1, 7):
        model = model_of(device)
        broken.train(model, [(x, y)], LR, 0.9, every, lambda n, m: None)
        weights.append(model.weight.item())
    # the slope is 2 (1 - 9) = -16, so a step leads from 1 to 3; a report takes 2/11 of the way back
    close(weights, [3 - 2 * 2 / 11, 3.0], "the weight after one step, with and without a report")
