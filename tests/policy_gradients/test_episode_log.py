"""REINFORCE on one episode: `learn_from_episode` adds the gradient of -sum_t G_t log pi(a_t | s_t).

The policy is a table of logits, pi(a | s) = softmax(theta[s])[a], for which the gradient is known on paper:
in row s every step of that state adds G_t (pi(. | s) - e_a), where e_a is 1 at the action taken, else 0.
"""

import itertools
import json
import math

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

PROBABILITIES = [[0.2, 0.3, 0.5], [0.5, 0.25, 0.25]]  # pi(a | s), one row per state
STATES, ACTIONS, REWARDS = [0, 1, 0, 1], [2, 0, 1, 2], [1.0, -2.0, 0.0, 4.0]
RETURNS = {0.0: [1.0, -2.0, 0.0, 4.0], 0.5: [0.5, -1.0, 2.0, 4.0], 1.0: [3.0, 2.0, 4.0, 4.0]}  # by gamma

CLAIM = {
    "claim": "the gradient of one episode equals -sum_t G_t grad log pi(a_t | s_t)",
    "oracle": "closed form: row s sums G_t (pi(. | s) - e_a) over the steps of state s",
    "config": {
        "probabilities": PROBABILITIES,
        "states": STATES,
        "actions": ACTIONS,
        "rewards": REWARDS,
        "gamma": 0.5,
    },
}


def policy(device, probabilities=PROBABILITIES):
    table = torch.tensor(probabilities, dtype=torch.float64, device=device)
    return table.log().requires_grad_()


def episode(device, states=STATES, actions=ACTIONS, rewards=REWARDS):
    return {
        "states": torch.tensor(states, dtype=torch.int64, device=device),
        "actions": torch.tensor(actions, dtype=torch.int64, device=device),
        "rewards": torch.tensor(rewards, dtype=torch.float64, device=device),
    }


def closed_form(theta, returns):
    gradient = torch.zeros_like(theta)
    for state, action, value in zip(STATES, ACTIONS, returns, strict=True):
        gradient[state] += value * torch.softmax(theta.detach()[state], -1)
        gradient[state, action] -= value
    return gradient


def compare(theta, returns, what):
    """theta.grad beside the closed form, and beside finite differences with the returns as constants."""

    def loss(at):
        log_pi = torch.log_softmax(at, -1)
        return -sum(value * log_pi[s, a] for s, a, value in zip(STATES, ACTIONS, returns, strict=True))

    numeric = gradients.central_difference(loss, theta.detach())
    return gradients.compare(theta.grad, analytic=closed_form(theta, returns), numeric=numeric, what=what)


# What learn_from_episode promises


def test_the_gradient_of_an_episode_equals_the_closed_form(solution, device, evidence):
    theta = policy(device)
    solution.learn_from_episode(theta, **episode(device), gamma=0.5)
    report = compare(theta, RETURNS[0.5], "theta.grad after one episode of 4 steps")
    evidence(report, **CLAIM, checkpoint={"theta": theta.detach()})
    report.require()
    close(theta.detach(), policy(device).detach(), "theta itself, which only an optimizer may move")


@pytest.mark.parametrize("gamma", [0.0, 1.0])
def test_without_and_with_all_of_the_future_the_gradient_is_right(solution, device, gamma):
    theta = policy(device)
    solution.learn_from_episode(theta, **episode(device), gamma=gamma)
    compare(theta, RETURNS[gamma], f"theta.grad after one episode with gamma {gamma}").require()


def test_the_log_holds_plain_numbers(solution, device):
    log = solution.learn_from_episode(policy(device), **episode(device), gamma=0.5)
    equal([step["action"] for step in log], ACTIONS, "actions in the log")
    equal([step["reward"] for step in log], REWARDS, "rewards in the log")
    equal(
        [type(step["log_prob"]).__name__ for step in log],
        ["float"] * 4,
        "types of the log-probabilities in the log",
    )
    expected = [math.log(probability) for probability in (0.5, 0.5, 0.3, 0.25)]
    close([step["log_prob"] for step in log], expected, "log-probabilities in the log")
    close(json.loads(json.dumps(log))[3]["log_prob"], expected[3], "log-probability of step 3 after JSON")


def test_two_episodes_add_up(solution, device):
    theta = policy(device)
    for gamma in (0.5, 1.0):
        solution.learn_from_episode(theta, **episode(device), gamma=gamma)
    expected = closed_form(theta, RETURNS[0.5]) + closed_form(theta, RETURNS[1.0])
    close(theta.grad, expected, "theta.grad after two episodes")


def test_an_episode_of_one_step_is_a_bandit(solution, device):
    rewards = [1.0, 2.0, 4.0]  # of the three actions, so that J = 0.2 * 1 + 0.3 * 2 + 0.5 * 4 = 2.8
    average = torch.zeros(1, 3, dtype=torch.float64, device=device)
    for action, (probability, reward) in enumerate(zip(PROBABILITIES[0], rewards, strict=True)):
        theta = policy(device, PROBABILITIES[:1])
        solution.learn_from_episode(theta, **episode(device, [0], [action], [reward]), gamma=0.5)
        if theta.grad is not None:
            average += probability * theta.grad
    expected = torch.tensor([[0.36, 0.24, -0.6]], dtype=torch.float64)  # -pi (r - J)
    close(average, expected, "gradient averaged over the three actions of a bandit")


def test_on_average_an_action_is_credited_for_what_it_makes_possible(solution, device):
    reward = [[0.0, 2.0], [6.0, -1.0]]  # paid at the second step, by first action and second action
    start = [[0.25, 0.75], [0.5, 0.5]]
    average = torch.zeros(2, 2, dtype=torch.float64, device=device)
    for first, second in itertools.product(range(2), repeat=2):
        theta = policy(device, start)
        rewards = [0.0, reward[first][second]]
        solution.learn_from_episode(theta, **episode(device, [0, 1], [first, second], rewards), gamma=1.0)
        if theta.grad is not None:
            average += start[0][first] * start[1][second] * theta.grad

    def expected_return(at):
        pi = torch.softmax(at, -1)
        return pi[0] @ torch.tensor(reward, dtype=torch.float64, device=device) @ pi[1]

    # J = 2.125; the first actions are worth 1 and 2.5, the second ones 4.5 and -0.25. -pi (Q - J):
    analytic = torch.tensor([[0.28125, -0.28125], [-1.1875, 1.1875]], dtype=torch.float64, device=device)
    numeric = -gradients.central_difference(expected_return, policy(device, start).detach())
    gradients.compare(
        average, analytic=analytic, numeric=numeric, what="gradient averaged over all episodes"
    ).require()


def test_whole_number_rewards_count_like_others(solution, device):
    theta, steps = policy(device), episode(device)
    steps["rewards"] = steps["rewards"].to(torch.int64)
    log = solution.learn_from_episode(theta, **steps, gamma=0.5)
    close(theta.grad, closed_form(theta, RETURNS[0.5]), "theta.grad with int64 rewards")
    equal([step["reward"] for step in log], REWARDS, "rewards in the log, from int64")


def test_everything_lies_on_the_device_of_theta(solution, device):
    theta, steps = policy(device), episode(device)
    with torch.device("meta"):  # whatever names no device of its own would land there, and clash
        solution.learn_from_episode(theta, **steps, gamma=0.5)
    close(theta.grad, closed_form(theta, RETURNS[0.5]), "theta.grad while another device is the default")


# What already works and must stay


@pytest.mark.parametrize("gamma", RETURNS)
def test_returns_reach_as_far_as_gamma_says(solution, device, gamma):
    close(solution.returns_to_go(REWARDS, gamma), RETURNS[gamma], f"returns with gamma {gamma}")


def test_one_reward_is_its_own_return_and_no_reward_has_none(solution, device):
    equal(solution.returns_to_go([4.0], 0.5), [4.0], "returns of one reward")
    equal(solution.returns_to_go([], 0.5), [], "returns of no reward")


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"states": [], "actions": [], "rewards": []}, ValueError, "empty episode"),
        ({"rewards": [1.0, -2.0, 0.0]}, ValueError, "[(4,), (4,), (3,)]"),
        ({"rewards": [[1.0], [-2.0], [0.0], [4.0]]}, ValueError, "[(4,), (4,), (4, 1)]"),
        ({"states": [0, 1, 0]}, ValueError, "[(3,), (4,), (4,)]"),
        ({"actions": [2, 0, 1, 3]}, IndexError, "0 to 2"),
        ({"actions": [2, 0, 1, -1]}, IndexError, "0 to 2"),
    ],
    ids=[
        "empty",
        "reward_missing",
        "rewards_in_a_column",
        "state_missing",
        "action_too_large",
        "action_negative",
    ],
)
def test_an_episode_that_makes_no_sense_is_refused(solution, device, change, error, message):
    refused(solution, device, episode(device, **change), error, message)


def test_actions_that_are_not_integers_are_refused(solution, device):
    steps = episode(device)
    refused(solution, device, {**steps, "actions": steps["actions"].double()}, TypeError, "int64")


def refused(solution, device, steps, error, message):
    theta = policy(device)
    theta.grad = torch.full_like(theta, 0.125)
    with raises(error, message, "an episode that makes no sense"):
        solution.learn_from_episode(theta, **steps, gamma=0.5)
    equal(theta.detach(), policy(device).detach(), "theta after a refusal")
    equal(theta.grad, torch.full_like(theta, 0.125).detach(), "theta.grad after a refusal")


# The documented failure


def test_backward_finds_no_way_to_theta(broken, device, evidence):
    theta = policy(device)
    with raises(RuntimeError, "does not require grad", "backward() on the loss of one episode"):
        broken.learn_from_episode(theta, **episode(device), gamma=0.5)
    report = compare(theta, RETURNS[0.5], "theta.grad after one episode of 4 steps")
    evidence(report, **CLAIM, checkpoint={"theta": theta.detach()})
    equal(theta.grad, None, "theta.grad after the error")
    close(report.autograd_error, 1.0, "relative error of a gradient that never came")
