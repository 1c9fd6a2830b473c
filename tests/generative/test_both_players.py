"""A round of adversarial training: what `train_round` promises.

Most models below are fake = w z and score = v x. With the logistic function s: the critic's slope along v is
mean(-s(-v x) x) + mean(s(v w z) w z), and the generator's along w is -mean(s(-v w z) v z), with the new v.
"""

import math

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

REAL, NOISE, W, V = [2.0, 1.0, 3.0], [0.5, -1.0, 1.5], 0.75, 0.5
G_LR, C_LR = 0.5, 0.25
CLAIM = "the step of the generator follows the gradient of its own loss alone"
ORACLE = "closed form -mean(s(-v w z) v z), with the critic after its step"


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def logistic(value):
    return 1 / (1 + math.exp(-value))


def linear(value, device):
    layer = torch.nn.Linear(1, 1, bias=False, dtype=torch.float64, device=device)
    torch.nn.init.constant_(layer.weight, value)
    return layer


def problem(device, w=W, v=V, rows=3):
    generator, critic = linear(w, device), linear(v, device)
    optimizers = [
        torch.optim.SGD(model.parameters(), lr=lr) for model, lr in ((generator, G_LR), (critic, C_LR))
    ]
    columns = [tensor(values[:rows], device).unsqueeze(1) for values in (REAL, NOISE)]
    return generator, critic, *optimizers, *columns


def critic_loss(w, v, rows=3):
    fakes = [w * z for z in NOISE[:rows]]
    return (
        sum(math.log1p(math.exp(-v * x)) for x in REAL[:rows])
        + sum(math.log1p(math.exp(v * f)) for f in fakes)
    ) / rows


def generator_loss(w, v, rows=3):
    return sum(math.log1p(math.exp(-v * w * z)) for z in NOISE[:rows]) / rows


def critic_slope(w, v, rows=3):
    real = sum(-logistic(-v * x) * x for x in REAL[:rows])
    return (real + sum(logistic(v * w * z) * w * z for z in NOISE[:rows])) / rows


def generator_slope(w, v, rows=3):
    return -sum(logistic(-v * w * z) * v * z for z in NOISE[:rows]) / rows


def round_by_hand(w, v, rows=3):
    """(w, v, critic's loss, generator's loss) of a round from w and v."""
    before = critic_loss(w, v, rows)
    v -= C_LR * critic_slope(w, v, rows)
    after = generator_loss(w, v, rows)
    return w - G_LR * generator_slope(w, v, rows), v, before, after


def first_slope(module, device):
    generator, *rest = problem(device)
    module.train_round(generator, *rest)
    applied = (W - generator.weight.detach()) / G_LR
    v = V - C_LR * critic_slope(W, V)
    numeric = gradients.central_difference(lambda at: generator_loss(at.item(), v), tensor([[W]], device))
    analytic = tensor([[generator_slope(W, v)]], device)
    what = "the slope that moved the generator in a round"
    return gradients.compare(applied, analytic=analytic, numeric=numeric, what=what)


# What train_round promises


def test_the_generator_follows_its_own_loss(solution, device, evidence):
    report = first_slope(solution, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config={"w": W, "v": V}, checkpoint={})
    close(report.autograd, report.analytic, report.what)


@pytest.mark.parametrize("v", [-1.0, 0.0, 2.0])
@pytest.mark.parametrize("rows", [1, 3])
def test_any_critic_gives_the_generator_its_step(solution, device, rows, v):
    generator, *rest = problem(device, v=v, rows=rows)
    solution.train_round(generator, *rest)
    wanted = round_by_hand(W, v, rows)[0]
    close(
        generator.weight.detach(), [[wanted]], f"the generator after a round with critic {v}, {rows} samples"
    )


def test_four_rounds_follow_the_formula(solution, device):
    generator, critic, *rest = problem(device)
    w, v = W, V
    for k in range(1, 5):
        got = solution.train_round(generator, critic, *rest)
        w, v, *losses = round_by_hand(w, v)
        close(list(got), losses, f"the losses of round {k}")
        close(critic.weight.detach(), [[v]], f"the critic after round {k}")
        close(generator.weight.detach(), [[w]], f"the generator after round {k}")


# What already works and must stay


@pytest.mark.parametrize("v", [-1.0, 0.0, 2.0])
@pytest.mark.parametrize("rows", [1, 3])
def test_the_critic_takes_its_step_first(solution, device, rows, v):
    generator, critic, *rest = problem(device, v=v, rows=rows)
    got = solution.train_round(generator, critic, *rest)
    _, after, *losses = round_by_hand(W, v, rows)
    close(critic.weight.detach(), [[after]], f"the critic after a round from {v}, {rows} samples")
    close(list(got), losses, f"the losses of a round with critic {v}, {rows} samples")


def test_old_gradients_are_not_used(solution, device):
    generator, critic, *rest = problem(device)
    critic.weight.grad = torch.full_like(critic.weight, 100.0)
    solution.train_round(generator, critic, *rest)
    close(critic.weight.detach(), [[round_by_hand(W, V)[1]]], "the critic after a stale gradient")


def test_the_generator_is_called_once(solution, device):
    generator, *rest = problem(device)
    calls = []
    generator.register_forward_hook(lambda module, args, output: calls.append(len(output)))
    solution.train_round(generator, *rest)
    equal(calls, [3], "the sizes of the batches that the generator made")


def test_both_can_go_on_learning(solution, device):
    generator, critic, *rest = problem(device)
    solution.train_round(generator, critic, *rest)
    for name, model in (("generator", generator), ("critic", critic)):
        equal(model.weight.requires_grad, True, f"whether the {name} still requires a gradient")
        equal(model.training, True, f"whether the {name} is still in training mode")


# The documented failure


def test_the_critics_loss_pulls_the_generator_too(broken, device, evidence):
    report = first_slope(broken, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config={"w": W, "v": V}, checkpoint={})
    leak = sum(logistic(V * W * z) * V * z for z in NOISE) / 3  # the critic wants low scores for fakes
    close(report.autograd, report.analytic + leak, "the slope that moved the generator in a round")


def test_with_a_slow_critic_that_cannot_tell_the_generator_stands_still(broken, device):
    _, critic, _, _, real, noise = problem(device, rows=1)
    torch.nn.init.zeros_(noise)
    slow = torch.optim.SGD(critic.parameters(), lr=0.0)
    layer = torch.nn.Linear(1, 1, dtype=torch.float64, device=device)
    torch.nn.init.zeros_(layer.weight)
    torch.nn.init.zeros_(layer.bias)
    optimizer = torch.optim.SGD(layer.parameters(), lr=G_LR)
    broken.train_round(layer, critic, optimizer, slow, real, noise)
    # the score is 0: one loss pulls the fake up by v / 2, the other one down by v / 2
    close(layer.bias.detach(), [0.0], "the generator after a round with score 0")
