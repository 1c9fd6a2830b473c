"""A softmax bandit trained by exact policy gradients: `train` climbs the expected reward J.

Each step adds lr * dJ/dlogits to the logits, where J = sum(pi * rewards). That slope is known three
ways: on paper, pi * (rewards - J); from finite differences of J; and from autograd of J itself. None
of them shares code with the function under test.
"""

import math

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

PROBABILITIES, REWARDS = [0.2, 0.3, 0.5], [1.0, 2.0, 4.0]  # J = 0.2 * 1 + 0.3 * 2 + 0.5 * 4 = 2.8
SLOPE = [-0.36, -0.24, 0.6]  # pi * (rewards - J)
LR = 0.5

CLAIM = {
    "claim": "one step moves the logits by lr * dJ/dlogits",
    "oracle": "closed form pi * (rewards - J)",
    "config": {"probabilities": PROBABILITIES, "rewards": REWARDS, "lr": LR, "steps": 1},
}


def start(device, probabilities=PROBABILITIES):
    return torch.tensor(probabilities, dtype=torch.float64, device=device).log().requires_grad_()


def pays(device, rewards=REWARDS):
    return torch.tensor(rewards, dtype=torch.float64, device=device)


def slope(logits, rewards):
    pi = torch.softmax(logits.detach(), 0)
    return pi * (rewards - (pi * rewards).sum())


def ascent(logits, rewards, steps, lr):
    """Ascent (descent, for a negative lr) with the slope on paper: the logits, J before each step."""
    logits, earned = logits.detach().clone(), []
    for _ in range(steps):
        earned.append((torch.softmax(logits, 0) * rewards).sum().item())
        logits += lr * slope(logits, rewards)
    return logits, earned


def compare_one_step(module, device):
    """The first step divided by lr, beside the slope on paper and finite differences of J."""
    logits, rewards = start(device), pays(device)

    def expected_reward(at):
        return (torch.softmax(at, 0) * rewards).sum()

    (autograd,) = torch.autograd.grad(expected_reward(logits), logits)
    close(autograd, SLOPE, "the oracles: autograd of J against the closed form", rtol=1e-12, atol=1e-14)
    numeric = gradients.central_difference(expected_reward, logits.detach())
    before = logits.detach().clone()
    module.train(logits, rewards, steps=1, lr=LR)
    report = gradients.compare(
        (logits.detach() - before) / LR,
        analytic=pays(device, SLOPE),
        numeric=numeric,
        what="the first step of the logits, per lr",
    )
    return report, logits


# What train promises


def test_a_step_follows_the_slope_of_the_expected_reward(solution, device, evidence):
    report, logits = compare_one_step(solution, device)
    evidence(report, **CLAIM, checkpoint={"logits": logits.detach()})
    report.require()


def test_fifty_steps_follow_the_formula_and_find_the_best_arm(solution, device):
    logits, rewards = start(device), pays(device)
    want_logits, want_earned = ascent(logits, rewards, 50, LR)
    earned = solution.train(logits, rewards, steps=50, lr=LR)
    close(earned, want_earned, "expected rewards of 50 steps")
    close(logits.detach(), want_logits, "logits after 50 steps")
    close(
        torch.softmax(logits.detach(), 0)[2].item(), 0.988, "probability of the best arm", rtol=0.0, atol=5e-4
    )


@pytest.mark.parametrize("bonus", [-10.0, 100.0])
def test_a_bonus_for_every_arm_changes_no_step(solution, device, bonus):
    logits, rewards = start(device), pays(device)
    want, _ = ascent(logits, rewards, 4, LR)
    solution.train(logits, rewards + bonus, steps=4, lr=LR)
    close(logits.detach(), want, f"logits after 4 steps with {bonus:+} for every arm")


def test_a_rare_arm_that_pays_more_is_drawn_more_often(solution, device):
    logits = start(device, [0.05, 0.95])
    before = logits.detach().clone()
    solution.train(logits, pays(device, [2.0, 1.0]), steps=1, lr=LR)
    # J = 1.05, so pi * (rewards - J) = 0.05 * 0.95 for the rare arm
    close((logits.detach() - before) / LR, [0.0475, -0.0475], "the first step of the logits, per lr")


@pytest.mark.parametrize("gap", [20.0, 40.0])
def test_an_arm_that_is_almost_never_drawn_still_climbs(solution, device, gap):
    logits = pays(device, [0.0, -gap]).requires_grad_()
    rare = 1 / (1 + math.exp(gap))
    earned = solution.train(logits, pays(device, [0.0, 1.0]), steps=1, lr=1.0)
    close(earned, [rare], f"J with logits {gap} apart", rtol=1e-6, atol=0.0)
    # Only the logit at 0 has the digits to show so small a step.
    close(logits[0].item(), -rare * (1 - rare), f"step of the first logit, {gap} apart", rtol=1e-6, atol=0.0)


def test_whole_number_rewards_count_like_others(solution, device):
    logits, rewards = start(device), torch.tensor([1, 2, 4], device=device)
    want, want_earned = ascent(logits, pays(device), 2, LR)
    earned = solution.train(logits, rewards, steps=2, lr=LR)
    close(earned, want_earned, "expected rewards, from int64 rewards")
    close(logits.detach(), want, "logits after 2 steps with int64 rewards")


def test_logits_in_float32_take_rewards_in_float64(solution, device):
    want, want_earned = ascent(start(device), pays(device), 2, LR)
    logits = start(device).detach().float().requires_grad_()
    earned = solution.train(logits, pays(device), steps=2, lr=LR)
    close(earned, want_earned, "expected rewards with float32 logits", rtol=1e-5, atol=1e-6)
    close(logits.detach(), want.float(), "float32 logits after 2 steps")


# What already works and must stay


def test_the_first_number_is_the_expected_reward_before_any_step(solution, device):
    close(solution.train(start(device), pays(device), steps=1, lr=LR), [2.8], "expected reward before step 1")


def test_no_steps_change_nothing(solution, device):
    logits = start(device)
    equal(solution.train(logits, pays(device), steps=0, lr=LR), [], "expected rewards of 0 steps")
    equal(logits.detach(), start(device).detach(), "logits after 0 steps")


def test_where_all_arms_pay_the_same_there_is_nothing_to_learn(solution, device):
    logits = start(device)
    solution.train(logits, pays(device, [2.0, 2.0, 2.0]), steps=4, lr=LR)
    close(logits.detach(), start(device).detach(), "logits after 4 steps with equal rewards")


def test_a_single_arm_keeps_its_logit(solution, device):
    logits = pays(device, [0.25]).requires_grad_()
    close(solution.train(logits, pays(device, [3.0]), steps=2, lr=LR), [3.0, 3.0], "earnings with one arm")
    close(logits.detach(), [0.25], "the logit of a single arm")


def test_certainty_is_no_nan(solution, device):
    logits = pays(device, [800.0, 0.0]).requires_grad_()  # exp(-800) is 0 in float64
    earned = solution.train(logits, pays(device, [0.0, 1.0]), steps=2, lr=1.0)
    equal(earned, [0.0, 0.0], "expected rewards with logits 800 apart")
    equal(logits.detach(), pays(device, [800.0, 0.0]), "logits 800 apart after 2 steps of slope 0")


@pytest.mark.parametrize(
    ("logits", "rewards", "message"),
    [
        ([0.5, 0.25, 0.125], [1.0, 2.0], ["(3,)", "(2,)"]),
        ([0.5, 0.25, 0.125], [2.0], ["(3,)", "(1,)"]),
        ([0.5, 0.25, 0.125], [[1.0], [2.0], [4.0]], ["(3,)", "(3, 1)"]),
        ([[0.5, 0.25, 0.125]], [[1.0, 2.0, 4.0]], ["(1, 3)"]),
        ([], [], ["no arms"]),
        ([0.5, 0.25, 0.125], [1.0, math.nan, 4.0], ["rewards[1]", "nan"]),
        ([0.5, 0.25, 0.125], [1.0, 2.0, math.inf], ["rewards[2]", "inf"]),
        ([0.5, 0.25, 0.125], [-math.inf, 2.0, 4.0], ["rewards[0]", "inf"]),
        ([math.nan, 0.25, 0.125], [1.0, 2.0, 4.0], ["logits[0]", "nan"]),
        ([0.5, -math.inf, 0.125], [1.0, 2.0, 4.0], ["logits[1]", "inf"]),
    ],
    ids=[
        "one_reward_missing",
        "one_reward_for_all",
        "rewards_in_a_column",
        "a_batch_of_bandits",
        "no_arms",
        "nan_reward",
        "inf_reward",
        "minus_inf_reward",
        "nan_logit",
        "inf_logit",
    ],
)
def test_arms_that_make_no_sense_are_refused_and_nothing_moves(solution, device, logits, rewards, message):
    for part in message:
        tensor = pays(device, logits).requires_grad_()
        with raises(ValueError, part, "arms that make no sense"):
            solution.train(tensor, pays(device, rewards), steps=1, lr=LR)
        # Bit by bit, NaN included: as integers.
        equal(
            tensor.detach().view(torch.int64),
            pays(device, logits).view(torch.int64),
            "logits after a refusal",
        )
        equal(tensor.grad, None, "logits.grad after a refusal")


# The documented failure


def test_a_step_goes_down_the_slope(broken, device, evidence):
    report, logits = compare_one_step(broken, device)
    evidence(report, **CLAIM, checkpoint={"logits": logits.detach()})
    close(report.autograd, [0.36, 0.24, -0.6], "the first step of the logits, per lr")
    close(report.autograd_error, 2.0, "relative error of a step the wrong way")


def test_fifty_steps_find_the_worst_arm(broken, device):
    logits, rewards = start(device), pays(device)
    want_logits, want_earned = ascent(logits, rewards, 50, -LR)
    earned = broken.train(logits, rewards, steps=50, lr=LR)
    close(earned, want_earned, "expected rewards of 50 steps downhill")
    close(logits.detach(), want_logits, "logits after 50 steps downhill")
    close(
        torch.softmax(logits.detach(), 0)[0].item(), 0.977, "the worst arm's probability", rtol=0.0, atol=5e-4
    )
