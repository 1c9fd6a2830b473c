"""The actor of soft actor-critic: `actor_loss` leads the critic's slope back to the actor.

At fixed noise an action is mean + std * noise, so that dQ/dmean = dQ/da and
dQ/dlog_std = dQ/da * std * noise; log pi(a) is then -noise^2 / 2 - log_std and a constant. With the
noise of two axes at all of (+-1, +-1), the mean over the steps is the expectation for every Q up to
the third power; quadrature does it for any other.
"""

import math

import pytest
import torch

from torchkata import gradients, mdp
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

START, ALPHA = [0.5, -0.25, 0.25, -0.5], 0.2  # two means, two log_stds
CORNERS = [[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]]

CLAIM = {
    "claim": "the expected gradient of the actor equals that of alpha * E[log pi] - E[Q]",
    "oracle": "closed form for Q = -(a - 1)^2 + a b - 2 b^2, noise at (+-1, +-1)",
    "config": {"mean": START[:2], "log_std": START[2:], "alpha": ALPHA},
}


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def linear(weight, bias, device):
    module = torch.nn.Linear(len(weight[0]), len(weight), dtype=torch.float64, device=device)
    with torch.no_grad():
        module.weight.copy_(tensor(weight, device))
        module.bias.copy_(tensor(bias, device))
    return module


def gaussian(start, device):
    """An actor of one state, which is called 1.0, with these means and log_stds."""
    return linear([[0.0]] * len(start), start, device)


def bowl(states, actions):
    a, b = actions.T
    return -((a - 1) ** 2) + a * b - 2 * b**2


def gradient(module, actor, critic, states, noise, alpha):
    actor.zero_grad()
    module.actor_loss(actor, critic, states, noise, alpha).backward()
    return actor.bias.grad


def compare_with_expectation(module, device):
    """The gradient at the four corners of the noise, beside that of the expected loss."""

    def expected_loss(at):
        m, n, log_s, log_t = at
        s, t = log_s.exp(), log_t.exp()
        value = -((m - 1) ** 2 + s**2) + m * n - 2 * (n**2 + t**2)
        return -ALPHA * (log_s + log_t) - value  # up to a constant

    m, n, log_s, log_t = START
    on_paper = [
        2 * (m - 1) - n,
        4 * n - m,
        2 * math.exp(2 * log_s) - ALPHA,
        4 * math.exp(2 * log_t) - ALPHA,
    ]
    states = torch.ones(4, 1, dtype=torch.float64, device=device)
    got = gradient(module, gaussian(START, device), bowl, states, tensor(CORNERS, device), ALPHA)
    return gradients.compare(
        got,
        analytic=tensor(on_paper, device),
        numeric=gradients.central_difference(expected_loss, tensor(START, device)),
        what="gradient of means and log_stds, averaged over the noise",
    )


def batch(steps, axes, device):
    """Numbers of which no two agree: an actor with two features; states, noise."""
    weight = [[0.25 * (i - 1), 0.125 * i] for i in range(2 * axes)]
    bias = [0.5 - 0.25 * i for i in range(2 * axes)]
    states = tensor([[1.0, 0.5 * i - 0.75] for i in range(steps)], device)
    noise = tensor([[((3 * i + 5 * d) % 7 - 2.5) / 2 for d in range(axes)] for i in range(steps)], device)
    return linear(weight, bias, device), states, noise


def cubic(states, actions):
    """Q = sum over the axes of a^3 / 3 - a * s, with s the second feature."""
    return (actions**3 / 3 - actions * states[:, 1:]).sum(1)


def cubic_on_paper(actor, states, noise, alpha):
    """The loss with Q = `cubic`, and the gradients of weight and bias, at fixed noise."""
    with torch.no_grad():
        mean, log_std = (states @ actor.weight.T + actor.bias).chunk(2, dim=1)
        actions = mean + log_std.exp() * noise
        log_pi = -(0.5 * noise**2 + log_std + 0.5 * math.log(2 * math.pi)).sum(1)
        loss = (alpha * log_pi - cubic(states, actions)).mean().item()
        towards = actions**2 - states[:, 1:]
        slope = torch.cat([-towards, -alpha - towards * (actions - mean)], dim=1) / len(states)
        return loss, slope.T @ states, slope.sum(0)


# What actor_loss promises


def test_the_actor_follows_the_slope_of_the_critic_and_of_variety(solution, device, evidence):
    report = compare_with_expectation(solution, device)
    evidence(report, **CLAIM)
    report.require()


@pytest.mark.parametrize(("mean", "std"), [(0.5, 1.0), (-1.0, 0.5)])
def test_the_actor_follows_any_critic(solution, device, mean, std):
    weights, noise = (values.to(device) for values in mdp.quadrature(0.0, 1.0))

    def bump(states, actions):
        return len(weights) * weights * torch.exp(-0.5 * actions[:, 0] ** 2)

    states = torch.ones(len(noise), 1, dtype=torch.float64, device=device)
    actor = gaussian([mean, math.log(std)], device)
    got = gradient(solution, actor, bump, states, noise[:, None], 0.0)
    # E[Q] is the value of a bell curve with variance 1 + std^2, times a constant
    wide = 1 + std**2
    value = math.exp(-0.5 * mean**2 / wide) / math.sqrt(wide)
    want = [value * mean / wide, value * (1 - mean**2 / wide) * std**2 / wide]
    gradients.compare(got, analytic=tensor(want, device), what="gradient of mean and log_std").require()


@pytest.mark.parametrize(("steps", "axes"), [(4, 2), (2, 2), (1, 3), (5, 1)])
@pytest.mark.parametrize("alpha", [0.0, 0.5])
def test_at_fixed_noise_every_action_moves_with_its_actor(solution, device, steps, axes, alpha):
    actor, states, noise = batch(steps, axes, device)
    _, weight, bias = cubic_on_paper(actor, states, noise, alpha)
    got = gradient(solution, actor, cubic, states, noise, alpha)
    close(got, bias, f"gradient of the bias, alpha = {alpha}")
    close(actor.weight.grad, weight, f"gradient of the weight, alpha = {alpha}")


def test_five_updates_in_a_row_follow_the_formula(solution, device):
    (actor, states, noise), twin = batch(4, 2, device), batch(4, 2, device)[0]
    optimizer = torch.optim.SGD(actor.parameters(), lr=0.03125)
    for k in range(1, 6):
        rolled = noise.roll(k, 0)
        _, weight, bias = cubic_on_paper(twin, states, rolled, 0.5)
        gradient(solution, actor, cubic, states, rolled, 0.5)
        optimizer.step()
        with torch.no_grad():
            twin.weight -= 0.03125 * weight
            twin.bias -= 0.03125 * bias
        close(actor.weight.detach(), twin.weight, f"weight after update {k}")
        close(actor.bias.detach(), twin.bias, f"bias after update {k}")


# What already works and must stay


@pytest.mark.parametrize("alpha", [0.0, 0.5])
def test_the_loss_has_the_value_of_its_formula(solution, device, alpha):
    actor, states, noise = batch(4, 2, device)
    loss = solution.actor_loss(actor, cubic, states, noise, alpha)
    equal(tuple(loss.shape), (), "shape of the loss")
    close(loss.item(), cubic_on_paper(actor, states, noise, alpha)[0], f"the loss with alpha = {alpha}")


def test_actions_for_the_world_have_no_graph(solution, device):
    actor, states, noise = batch(3, 2, device)
    mean, log_std = (states @ actor.weight.T + actor.bias).detach().chunk(2, dim=1)
    actions = solution.act(actor, states, noise)
    close(actions, mean + log_std.exp() * noise, "the actions")
    equal(actions.requires_grad, False, "whether the actions for the world carry a graph")


def test_the_critic_is_asked_about_these_states_and_actions(solution, device):
    actor, states, noise = batch(3, 2, device)
    seen = []

    def critic(states, actions):
        seen.append((states.detach(), actions.detach().clone()))
        return cubic(states, actions)

    solution.actor_loss(actor, critic, states, noise, 0.5)
    mean, log_std = (states @ actor.weight.T + actor.bias).detach().chunk(2, dim=1)
    close(seen[-1][0], states, "the states that the critic sees")
    close(seen[-1][1], mean + log_std.exp() * noise, "the actions that the critic sees")


@pytest.mark.parametrize("shape", [(3, 1), (1, 2), (2, 2), (3,), (3, 4)])
def test_noise_of_another_shape_is_refused(solution, device, shape):
    _, states, _ = batch(3, 2, device)
    for part in (str(shape), "(3, 2)"):
        refused(solution, cubic, states, torch.ones(shape, dtype=torch.float64, device=device), part)


def test_values_in_a_column_are_refused(solution, device):
    _, states, noise = batch(3, 2, device)
    for part in ("(3, 1)", "(3,)"):
        refused(solution, lambda s, a: cubic(s, a)[:, None], states, noise, part)
    refused(solution, lambda s, a: cubic(s, a).sum(), states, noise, "()")


def test_an_empty_batch_is_refused(solution, device):
    _, states, noise = batch(3, 2, device)
    refused(solution, cubic, states[:0], noise[:0], "empty")


def refused(solution, critic, states, noise, message):
    """Nothing may have changed after the refusal: neither parameters nor gradients, bit by bit."""
    actor, *_ = batch(3, 2, states.device)
    before = {name: p.detach().clone() for name, p in actor.named_parameters()}
    for parameter in actor.parameters():
        parameter.grad = torch.full_like(parameter, 0.125).detach()
    with raises(ValueError, message, "a batch that makes no sense"):
        solution.actor_loss(actor, critic, states, noise, 0.5)
    for name, parameter in actor.named_parameters():
        equal(parameter.detach(), before[name], f"{name} after a refusal")
        equal(parameter.grad, torch.full_like(before[name], 0.125), f"gradient of {name} after a refusal")


# The documented failure


def test_on_average_the_actor_is_told_nothing(broken, device, evidence):
    report = compare_with_expectation(broken, device)
    evidence(report, **CLAIM)
    close(report.autograd, [0.0] * 4, "gradient of means and log_stds, averaged over the noise")
    close(report.autograd_error, 1.0, "relative error of a gradient that vanishes")


@pytest.mark.parametrize("critic", [cubic, lambda states, actions: -cubic(states, actions)])
def test_any_critic_leaves_the_same_gradient(broken, device, critic):
    actor, states, noise = batch(4, 2, device)
    _, log_std = (states @ actor.weight.T + actor.bias).detach().chunk(2, dim=1)
    # alpha times the score of actions that stand still
    score = torch.cat([noise / log_std.exp(), noise**2 - 1], dim=1)
    got = gradient(broken, actor, critic, states, noise, 0.5)
    close(got, 0.5 * score.mean(0), "gradient of the bias, whatever the critic says")


def test_where_only_the_critic_counts_nothing_is_left(broken, device):
    actor, states, noise = batch(4, 2, device)
    close(gradient(broken, actor, cubic, states, noise, 0.0), [0.0] * 4, "gradient with alpha = 0")


def test_the_actions_arrive_at_the_critic_without_a_graph(broken, device):
    actor, states, noise = batch(4, 2, device)
    seen = []

    def critic(states, actions):
        seen.append(actions.requires_grad)
        return cubic(states, actions)

    broken.actor_loss(actor, critic, states, noise, 0.5)
    equal(seen, [False], "whether the actions carry a graph to the critic")
