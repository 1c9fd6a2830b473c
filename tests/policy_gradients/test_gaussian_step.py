"""REINFORCE for a Gaussian: one `update` moves mean and log_std by lr times the mean of r * score.

The scores are known on paper: with z = (a - mean) / std, dlog pi/dmean = z / std and
dlog pi/dlog_std = z^2 - 1. And so is what they add up to when every throw is listed with its
probability: for a reward of 1 between two edges, J is the probability of a hit, and its slope is the
density at the one edge minus the density at the other.
"""

import math

import pytest
import torch

from torchkata import gradients, mdp
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

MEAN, STD, EDGES, LR = 0.25, 0.5, (0.5, 1.5), 0.5

CLAIM = {
    "claim": "one step moves mean and log_std by lr * dJ/d(mean, log_std)",
    "oracle": "closed form of the probability to hit between two edges, throws weighted by quadrature",
    "config": {"mean": MEAN, "std": STD, "edges": list(EDGES), "lr": LR, "updates": 1},
}


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def leaves(mean, std, device):
    return tensor(mean, device).requires_grad_(), tensor(std, device).log().requires_grad_()


def probability_to_hit(at):
    mean, log_std = at.tolist()
    low, high = ((edge - mean) / math.exp(log_std) / math.sqrt(2) for edge in EDGES)
    return (math.erf(high) - math.erf(low)) / 2


def slope_of_a_hit():
    """dJ/dmean and dJ/dlog_std on paper, with z = (edge - mean) / std and the standard density phi."""
    z = [(edge - MEAN) / STD for edge in EDGES]
    phi = [math.exp(-0.5 * x * x) / math.sqrt(2 * math.pi) for x in z]
    return [(phi[0] - phi[1]) / STD, z[0] * phi[0] - z[1] * phi[1]]


def compare_one_step(module, device):
    """The first step divided by lr, with every throw that there is, beside the slope on paper."""
    weights, noise = mdp.quadrature(0.0, 1.0, breaks=[(edge - MEAN) / STD for edge in EDGES])
    weights = weights.to(device)

    def reward(throws):
        hit = (throws[:, 0] > EDGES[0]) & (throws[:, 0] < EDGES[1])
        return len(throws) * weights * hit  # so that the mean over the throws is the expectation

    mean, log_std = leaves([MEAN], [STD], device)
    start = torch.cat([mean, log_std]).detach()
    module.update(mean, log_std, noise[:, None].to(device), reward, LR)
    report = gradients.compare(
        (torch.cat([mean, log_std]).detach() - start) / LR,
        analytic=tensor(slope_of_a_hit(), device),
        numeric=gradients.central_difference(probability_to_hit, start),
        what="the first step of mean and log_std, per lr",
    )
    return report, {"mean": mean.detach(), "log_std": log_std.detach()}


def formula(mean, log_std, noise, rewards, lr):
    """Mean and log_std after one step, on paper."""
    score = noise / log_std.exp()
    spread = noise**2 - 1
    return (
        mean.detach() + lr * (rewards[:, None] * score).mean(0),
        log_std.detach() + lr * (rewards[:, None] * spread).mean(0),
    )


def smooth(throws):
    """A reward with a slope everywhere, which is largest at (1, -0.5, ...)."""
    target = torch.tensor([1.0, -0.5, 0.25][: throws.shape[1]]).to(throws)
    return 2 - (throws - target).pow(2).sum(1)


def hits(throws):
    return ((throws - 0.5).abs() < 1).all(1).to(throws)


def scoreboard(throws):
    """A machine in the world: plain numbers go in, plain numbers come out."""
    points = [float(round(4 * sum(row))) for row in throws.tolist()]
    return torch.tensor(points, dtype=throws.dtype, device=throws.device)


NOISE = {
    1: [[-1.5], [0.25], [1.0], [2.0]],
    2: [[-1.0, 0.5], [0.25, 1.5], [2.0, -0.75]],
    3: [[0.5, -1.25, 1.0], [-0.5, 0.75, 2.0], [1.5, 0.125, -1.0], [0.0, -2.0, 0.25], [1.0, 1.0, -0.5]],
}


def start_of(axes, device):
    return leaves([0.25, -0.5, 0.125][:axes], [0.5, 2.0, 0.75][:axes], device)


# What update promises


def test_a_step_follows_the_slope_of_the_expected_reward(solution, device, evidence):
    report, checkpoint = compare_one_step(solution, device)
    evidence(report, **CLAIM, checkpoint=checkpoint)
    report.require()


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("reward", [smooth, hits, scoreboard])
def test_every_throw_counts_with_its_reward_and_its_score(solution, device, reward, axes):
    (mean, log_std), noise = start_of(axes, device), tensor(NOISE[axes], device)
    rewards = reward(mean.detach() + log_std.detach().exp() * noise)
    want = formula(mean.detach(), log_std.detach(), noise, rewards, 0.125)
    solution.update(mean, log_std, noise, reward, 0.125)
    close(mean.detach(), want[0], f"mean after one step, rewards from {reward.__name__}")
    close(log_std.detach(), want[1], f"log_std after one step, rewards from {reward.__name__}")


@pytest.mark.parametrize("lr", [0.25, 0.0625])
def test_five_updates_in_a_row_follow_the_formula(solution, device, lr):
    mean, log_std = start_of(2, device)
    want = mean.detach(), log_std.detach()
    for k in range(1, 6):
        noise = tensor(NOISE[2], device).roll(k, 0) * (-1) ** k
        want = formula(*want, noise, smooth(want[0] + want[1].exp() * noise), lr)
        solution.update(mean, log_std, noise, smooth, lr)
        close(mean.detach(), want[0], f"mean after update {k}")
        close(log_std.detach(), want[1], f"log_std after update {k}")


def test_equal_rewards_left_and_right_change_nothing(solution, device):
    mean, log_std = leaves([0.5], [2.0], device)
    noise = tensor([[-1.0], [1.0]], device)  # one deviation to either side: both scores are 0 on average
    solution.update(mean, log_std, noise, lambda throws: torch.full_like(throws[:, 0], 3.0), 0.25)
    close(mean.detach(), [0.5], "mean after a step with equal rewards")
    close(log_std.detach(), [math.log(2.0)], "log_std after a step with equal rewards")


# What already works and must stay


@pytest.mark.parametrize("axes", [1, 3])
def test_each_throw_is_made_once_and_its_reward_is_returned(solution, device, axes):
    (mean, log_std), noise = start_of(axes, device), tensor(NOISE[axes], device)
    throws = mean.detach() + log_std.detach().exp() * noise
    seen = []

    def reward(actions):
        seen.append(actions.detach().clone())
        return smooth(actions)

    got = solution.update(mean, log_std, noise, reward, 0.125)
    equal(len(seen), 1, "how often the world was asked")
    close(seen[0], throws, "the throws")
    close(got.detach(), smooth(throws), "the rewards that are returned")


def test_mean_and_log_std_stay_the_leaves_that_they_were(solution, device):
    (mean, log_std), noise = start_of(2, device), tensor(NOISE[2], device)
    solution.update(mean, log_std, noise, smooth, 0.125)
    for name, leaf in (("mean", mean), ("log_std", log_std)):
        equal((leaf.is_leaf, leaf.requires_grad), (True, True), f"whether {name} is a leaf, and learns")
        equal(leaf.grad, None, f"{name}.grad after a step")


def test_without_reward_nothing_moves(solution, device):
    (mean, log_std), noise = start_of(2, device), tensor(NOISE[2], device)
    before = mean.detach().clone(), log_std.detach().clone()
    solution.update(mean, log_std, noise, lambda throws: torch.zeros_like(throws[:, 0]), 0.125)
    close(mean.detach(), before[0], "mean after a step without reward")
    close(log_std.detach(), before[1], "log_std after a step without reward")


@pytest.mark.parametrize("shape", [(3, 1), (3, 3), (2,), (0, 2), (3, 2, 1)])
def test_noise_of_another_shape_is_refused(solution, device, shape):
    noise = torch.ones(shape, dtype=torch.float64, device=device)
    refused(solution, noise, smooth, str(shape), device)


@pytest.mark.parametrize(
    ("rewards", "message"),
    [
        ([[1.0], [2.0], [3.0]], ["(3, 1)", "(3,)"]),
        ([1.0], ["(1,)", "(3,)"]),
        (1.0, ["()", "(3,)"]),
        ([1.0, math.nan, 2.0], ["rewards[1]", "nan"]),
        ([1.0, 2.0, -math.inf], ["rewards[2]", "inf"]),
    ],
    ids=["in_a_column", "one_for_all", "a_number", "nan", "inf"],
)
def test_rewards_that_make_no_sense_are_refused(solution, device, rewards, message):
    for part in message:
        refused(solution, tensor(NOISE[2], device), lambda throws: tensor(rewards, device), part, device)


def refused(solution, noise, reward, message, device):
    """Nothing may have changed after the refusal: neither parameters nor gradients, bit by bit."""
    pair = start_of(2, device)
    before = [leaf.detach().clone() for leaf in pair]
    for leaf in pair:
        leaf.grad = torch.full_like(leaf, 0.125).detach()
    with raises(ValueError, message, "an update that makes no sense"):
        solution.update(*pair, noise, reward, 0.125)
    for name, leaf, old in zip(("mean", "log_std"), pair, before, strict=True):
        equal(leaf.detach(), old, f"{name} after a refusal")
        equal(leaf.grad, torch.full_like(old, 0.125), f"gradient of {name} after a refusal")


# The documented failure


def test_the_mean_stays_and_the_spread_pays_for_the_average_reward(broken, device, evidence):
    report, checkpoint = compare_one_step(broken, device)
    evidence(report, **CLAIM, checkpoint=checkpoint)
    hit = probability_to_hit(tensor([MEAN, math.log(STD)], device))
    close(report.autograd, [0.0, -hit], "the first step of mean and log_std, per lr")


@pytest.mark.parametrize("reward", [smooth, hits, scoreboard])
def test_no_reward_moves_the_mean(broken, device, reward):
    (mean, log_std), noise = start_of(2, device), tensor(NOISE[2], device)
    before = mean.detach().clone(), log_std.detach().clone()
    average = reward(before[0] + before[1].exp() * noise).mean()
    broken.update(mean, log_std, noise, reward, 0.125)
    close(mean.detach(), before[0], f"mean after one step, rewards from {reward.__name__}")
    close(log_std.detach(), before[1] - 0.125 * average, "log_std after one step")


def test_after_five_updates_the_mean_is_where_it_was(broken, device):
    (mean, log_std), noise = start_of(2, device), tensor(NOISE[2], device)
    before = mean.detach().clone()
    for _ in range(5):
        broken.update(mean, log_std, noise, hits, 0.125)
    close(mean.detach(), before, "mean after 5 updates")
