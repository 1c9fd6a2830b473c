"""Discounted returns: `discounted_returns` gives every step of an episode its own reward and those after it.

G_t = sum over k >= t of gamma^(k-t) r_k, which the tests write out as that sum. What is learned from the
returns is known too: on average a critic at zero is pulled to the exact values of a small problem, and
the policy gradient made from the returns is the slope of the exact objective.
"""

import math

import pytest
import torch

from torchkata import gradients, mdp
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

# The first action decides whether the second step pays 1, and with probability 1/4 it does.
GAMMA, FIRST = 0.5, [0.25, 0.75]

CLAIM = {
    "claim": "a critic fitted to the returns is pulled, on average, from 0 to the value of each state",
    "oracle": "closed form -P(state) * V(state), with V = (gamma/4, 1, 0)",
    "config": {"problem": "delayed_credit", "gamma": GAMMA, "first_action": FIRST, "critic": [0.0, 0.0, 0.0]},
}


def tensor(values, device, dtype=torch.float64):
    return torch.tensor(values, dtype=dtype, device=device)


def returns_of(module, steps, gamma, device):
    return module.discounted_returns(tensor([step.reward for step in steps], device), gamma)


def critic_gradient(module, device):
    """The expected gradient of 0.5 * sum (V(s_t) - G_t)^2 at V = 0, beside the one on paper."""
    problem = mdp.delayed_credit(GAMMA)
    logits = tensor([FIRST, [0.5, 0.5], [0.5, 0.5]], device).log()
    critic = torch.zeros(3, dtype=torch.float64, device=device, requires_grad=True)

    def loss(steps):
        values = critic[[step.state for step in steps]]
        return 0.5 * (values - returns_of(module, steps, GAMMA, device)).pow(2).sum()

    def exact(values):
        total = 0.0
        for probability, steps in problem.trajectories(logits):
            wanted = mdp.reward_to_go([step.reward for step in steps], GAMMA)
            errors = [(values[step.state] - g) ** 2 for step, g in zip(steps, wanted, strict=True)]
            total += probability * 0.5 * sum(errors)
        return total

    (got,) = mdp.expected_gradient(loss, [critic], problem.trajectories(logits))
    return gradients.compare(
        got,
        analytic=tensor([-GAMMA * FIRST[0], -FIRST[0], 0.0], device),
        numeric=gradients.central_difference(exact, critic.detach()),
        what="gradient of the critic, averaged over all episodes",
    )


# What discounted_returns promises


@pytest.mark.parametrize("gamma", [0.5, 0.9])
def test_a_return_is_the_reward_of_the_step_and_what_comes_after_it(solution, device, gamma):
    for rewards in ([1.0, 0.0, 2.0], [0.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 0.0], [0.3, -2.0, 0.0, 7.0, 0.1]):
        got = solution.discounted_returns(tensor(rewards, device), gamma)
        close(got, tensor(mdp.reward_to_go(rewards, gamma), device), f"returns of {rewards}, gamma {gamma}")


def test_a_critic_is_pulled_to_the_value_of_every_state(solution, device, evidence):
    report = critic_gradient(solution, device)
    evidence(report, **CLAIM)
    report.require()


@pytest.mark.parametrize("gamma", [1.0, 0.9, 0.0])
def test_the_policy_gradient_made_from_the_returns_climbs_the_objective(solution, device, gamma):
    problem = mdp.two_states(horizon=3, gamma=gamma)
    logits = tensor([[0.25, -0.5], [0.0, 0.75]], device).requires_grad_()

    def loss(steps):
        log_pi = torch.log_softmax(logits, 1)[[s.state for s in steps], [s.action for s in steps]]
        discounts = gamma ** torch.arange(len(steps), dtype=torch.float64, device=device)
        return -(discounts * returns_of(solution, steps, gamma, device) * log_pi).sum()

    (got,) = mdp.expected_gradient(loss, [logits], problem.trajectories(logits))
    (slope,) = torch.autograd.grad(problem.expected_return(logits), logits)
    gradients.compare(
        got,
        analytic=-slope,
        numeric=-gradients.central_difference(problem.expected_return, logits.detach()),
        what=f"policy gradient averaged over all episodes, gamma {gamma}",
    ).require()


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@pytest.mark.parametrize("gamma", [0.9, 0.25])
def test_a_long_episode_is_worth_a_finite_number_at_every_step(solution, device, gamma, dtype):
    steps = 2000
    wanted = tensor([(1 - gamma ** (steps - t)) / (1 - gamma) for t in range(steps)], device).to(dtype)
    got = solution.discounted_returns(torch.ones(steps, dtype=dtype, device=device), gamma)
    tolerance = {"rtol": 1e-5, "atol": 0.0} if dtype == torch.float32 else {"rtol": 1e-9, "atol": 0.0}
    close(got, wanted, f"returns of 2000 steps that pay 1, gamma {gamma}, {dtype}", **tolerance)


def test_without_discount_the_returns_count_down(solution, device):
    wanted = torch.arange(2000, 0, -1, dtype=torch.float64, device=device)
    got = solution.discounted_returns(torch.ones(2000, dtype=torch.float64, device=device), 1.0)
    close(got, wanted, "returns of 2000 steps that pay 1, gamma 1")


@pytest.mark.parametrize("default", [torch.float32, torch.float64])
def test_whole_number_rewards_count_like_others(solution, device, default):
    usual = torch.get_default_dtype()
    torch.set_default_dtype(default)
    try:
        for dtype in (torch.int64, torch.int32, torch.uint8):
            got = solution.discounted_returns(tensor([0, 0, 3, 1], device, dtype), 0.9)
            wanted = tensor([3.159, 3.51, 3.9, 1.0], device, default)
            close(got, wanted, f"returns of {dtype} rewards, gamma 0.9, default dtype {default}")
    finally:
        torch.set_default_dtype(usual)


def test_the_returns_have_the_dtype_of_the_rewards(solution, device):
    for dtype, digits in ((torch.float32, 1e-6), (torch.float64, 1e-14)):
        got = solution.discounted_returns(tensor([0.1, 0.2, 0.7], device, dtype), 0.9)
        wanted = tensor([0.1 + 0.9 * (0.2 + 0.9 * 0.7), 0.2 + 0.9 * 0.7, 0.7], device).to(dtype)
        close(got, wanted, f"returns of {dtype} rewards", rtol=digits, atol=0.0)


# What already works and must stay


def test_the_return_of_a_single_step_is_its_reward(solution, device):
    for gamma in (0.0, 0.9, 1.0):
        got = solution.discounted_returns(tensor([-2.5], device), gamma)
        close(got, [-2.5], f"return of one step, gamma {gamma}")


def test_where_the_future_is_worth_nothing_the_rewards_are_left(solution, device):
    rewards = [1.0, 0.0, -2.0, 0.5]
    close(solution.discounted_returns(tensor(rewards, device), 0.0), rewards, "returns with gamma 0")


def test_the_rewards_stay_as_they_are(solution, device):
    for dtype in (torch.float64, torch.float32, torch.int64):
        rewards = tensor([1, 0, 2], device, dtype)
        solution.discounted_returns(rewards, 0.5)
        equal(rewards, tensor([1, 0, 2], device, dtype), f"the {dtype} rewards after the call")


def test_an_empty_episode_is_refused(solution, device):
    with raises(ValueError, "empty", "an episode without a step"):
        solution.discounted_returns(tensor([], device), 0.5)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_reward_that_is_no_number_is_refused_by_its_index(solution, device, bad):
    rewards = tensor([1.0, 2.0, bad, 4.0], device)
    before = rewards.clone()
    with raises(ValueError, "2", f"the reward {bad}"):
        solution.discounted_returns(rewards, 0.5)
    equal(rewards.view(torch.int64), before.view(torch.int64), "the rewards after a refusal, bit by bit")


# The documented failure


def test_a_return_adds_up_what_came_before_the_step(broken, device):
    close(
        broken.discounted_returns(tensor([1.0, 0.0, 2.0], device), 0.5),
        [1.0, 0.5, 2.25],
        "returns of 1, 0, 2",
    )
    prize = tensor([0.0, 0.0, 0.0, 1.0], device)
    close(broken.discounted_returns(prize, 0.5), [0.0, 0.0, 0.0, 1.0], "returns before a prize")
    close(broken.discounted_returns(prize.flip(0), 0.5), [1.0, 0.5, 0.25, 0.125], "returns after a prize")


def test_a_critic_is_never_told_what_the_start_is_worth(broken, device, evidence):
    report = critic_gradient(broken, device)
    evidence(report, **CLAIM)
    close(report.autograd, [0.0, -FIRST[0], 0.0], "gradient of the critic, averaged over all episodes")
    close(report.autograd_error, GAMMA / math.sqrt(1 + GAMMA**2), "relative error of that gradient")
