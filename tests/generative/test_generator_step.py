"""The generator's turn in adversarial training: what `generator_step` promises.

Most models below are fake = w x and score = v fake, so that the slope along w can be written down:
mean(sign(w x - target) x) - weight * mean(sigmoid(-v w x) v x).
"""

import math

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

X, TARGETS, W, V, LR = [1.0, -2.0, 0.5], [2.0, 1.0, -1.0], 0.5, -1.5, 0.25
CLAIM = "the step of the generator follows the gradient of error + weight * doubt"
ORACLE = "closed form mean(sign(w x - target) x) - weight * mean(sigmoid(-v w x) v x)"


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def linear(value, device):
    layer = torch.nn.Linear(1, 1, bias=False, dtype=torch.float64, device=device)
    torch.nn.init.constant_(layer.weight, value)
    return layer


def problem(device, rows=3):
    """Generator, critic, optimizer, inputs and targets."""
    generator, critic = linear(W, device), linear(V, device)
    optimizer = torch.optim.SGD(generator.parameters(), lr=LR)
    columns = [tensor(values[:rows], device).unsqueeze(1) for values in (X, TARGETS)]
    return generator, critic, optimizer, *columns


def sigmoid(value):
    return 1 / (1 + math.exp(-value))


def losses_of(w, rows=3):
    """Error and doubt of the generator w x."""
    error = sum(abs(w * x - t) for x, t in zip(X[:rows], TARGETS[:rows])) / rows
    doubt = sum(math.log1p(math.exp(-V * w * x)) for x in X[:rows]) / rows
    return error, doubt


def slope_of(w, weight, rows=3):
    pull = sum(math.copysign(1.0, w * x - t) * x for x, t in zip(X[:rows], TARGETS[:rows])) / rows
    push = -sum(sigmoid(-V * w * x) * V * x for x in X[:rows]) / rows
    return pull + weight * push


def first_slope(module, device, weight=4.0):
    generator, *rest = problem(device)
    module.generator_step(generator, *rest, weight)
    applied = (W - generator.weight.detach()) / LR
    start = tensor([[W]], device)

    def objective(at):
        error, doubt = losses_of(at.item())
        return error + weight * doubt

    numeric = gradients.central_difference(objective, start)
    what = f"the slope that moved the generator, with weight {weight}"
    return gradients.compare(
        applied, analytic=tensor([[slope_of(W, weight)]], device), numeric=numeric, what=what
    )


# What generator_step promises


def test_the_generator_follows_both_parts_of_its_loss(solution, device, evidence):
    report = first_slope(solution, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config={"w": W, "v": V, "lr": LR}, checkpoint={})
    close(report.autograd, report.analytic, report.what)


@pytest.mark.parametrize("weight", [0.5, 1.0, 8.0])
@pytest.mark.parametrize("rows", [1, 3])
def test_every_weight_of_the_doubt_gives_its_own_step(solution, device, rows, weight):
    generator, *rest = problem(device, rows)
    solution.generator_step(generator, *rest, weight)
    wanted = W - LR * slope_of(W, weight, rows)
    close(
        generator.weight.detach(),
        [[wanted]],
        f"the generator after a step on {rows} samples, weight {weight}",
    )


def test_four_steps_lead_to_where_the_formula_says(solution, device):
    generator, *rest = problem(device)
    w = W
    for step in range(1, 5):
        got = solution.generator_step(generator, *rest, 2.0)
        close(list(got), list(losses_of(w)), f"error and doubt before step {step}")
        w -= LR * slope_of(w, 2.0)
        close(generator.weight.detach(), [[w]], f"the generator after step {step}")


def test_a_convinced_critic_of_two_layers_is_followed_too(solution, device):
    torch.manual_seed(0)
    critic = torch.nn.Sequential(torch.nn.Linear(1, 3), torch.nn.Tanh(), torch.nn.Linear(3, 1))
    critic.to(device, torch.float64)
    generator, _, optimizer, inputs, targets = problem(device)

    def objective(at):
        fakes = inputs @ at
        return (fakes - targets).abs().mean() + 3 * (1 + (-critic(fakes)).exp()).log().mean()

    slope = gradients.central_difference(objective, tensor([[W]], device))
    solution.generator_step(generator, critic, optimizer, inputs, targets, 3.0)
    close(generator.weight.detach(), W - LR * slope, "the generator after a step", rtol=1e-6, atol=1e-8)


# What already works and must stay


@pytest.mark.parametrize("training", [False, True], ids=["in_use", "in_training"])
@pytest.mark.parametrize("weight", [0.0, 2.0])
def test_nothing_about_the_critic_changes(solution, device, weight, training):
    frozen = torch.nn.Linear(1, 1, dtype=torch.float64, device=device).requires_grad_(False)
    generator, layer, *rest = problem(device)
    critic = torch.nn.Sequential(layer, frozen).train(training)
    layer.weight.grad = torch.full_like(layer.weight, 7.0)  # from the critic's own batch
    before = [p.detach().clone() for p in critic.parameters()]
    solution.generator_step(generator, critic, *rest, weight)
    for (name, p), old in zip(critic.named_parameters(), before):
        equal(p.detach(), old, f"{name} of the critic after the generator's step")
    equal(layer.weight.grad.tolist(), [[7.0]], "the gradient that the critic had before")
    equal(
        [p.grad is None for p in frozen.parameters()], [True, True], "whether frozen layers have no gradient"
    )
    flags = [p.requires_grad for p in critic.parameters()]
    equal(flags, [True, False, False], "what requires a gradient in the critic")
    equal([m.training for m in critic.modules()], [training] * 3, "the mode of the critic")


def test_a_critic_without_gradients_stays_without(solution, device):
    generator, critic, *rest = problem(device)
    solution.generator_step(generator, critic, *rest, 1.0)
    equal(critic.weight.grad is None, True, "whether the critic has no gradient after the generator's step")


def test_error_and_doubt_are_those_before_the_step(solution, device):
    for rows in (1, 2, 3):
        got = solution.generator_step(*problem(device, rows), 1.0)
        close(list(got), list(losses_of(W, rows)), f"error and doubt of {rows} samples")


def test_without_weight_the_error_alone_counts(solution, device):
    generator, *rest = problem(device)
    generator.weight.grad = torch.full_like(generator.weight, 100.0)
    solution.generator_step(generator, *rest, 0.0)
    close(
        generator.weight.detach(), [[W - LR * slope_of(W, 0.0)]], "the generator after a step with weight 0"
    )


def test_a_confident_critic_gives_finite_numbers(solution, device):
    generator, critic, *rest = problem(device, rows=1)
    torch.nn.init.constant_(critic.weight, -4000.0)
    got = solution.generator_step(generator, critic, *rest, 0.0)
    close(got[1], 2000.0, "the doubt at a score of -2000")


# The documented failure


@pytest.mark.parametrize("weight", [0.5, 8.0])
def test_the_weight_of_the_doubt_makes_no_difference(broken, device, weight):
    generator, critic, *rest = problem(device)
    got = broken.generator_step(generator, critic, *rest, weight)
    close(list(got), list(losses_of(W)), "error and doubt, which look right")
    equal(critic.weight.grad is None, True, "whether the critic collects no gradient either")
    close(
        generator.weight.detach(),
        [[W - LR * slope_of(W, 0.0)]],
        f"the generator after a step, weight {weight}",
    )


def test_the_slope_is_that_of_the_error(broken, device, evidence):
    report = first_slope(broken, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config={"w": W, "v": V, "lr": LR}, checkpoint={})
    close(report.autograd, [[slope_of(W, 0.0)]], "the slope that moved the generator")
