"""Advantage actor-critic: one `learn` gives the policy and the critic the gradient that each should have.

Policy: -mean(A * dlog pi(a|s)), with A = returns - V as constants. Critic: mean((V - returns) * dV).
The bandit below makes the means exact: its ten draws are spread evenly, so that the actions occur as
often as pi says, and the mean over the rollout is the expectation. The gradient of the policy is then
-pi * (r - J), whatever the critic thinks.
"""

import math

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

PROBABILITIES, REWARDS, VALUE = [0.2, 0.3, 0.5], [1.0, 2.0, 4.0], 2.0  # J = 2.8
DRAWS = [0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95]
ACTIONS = [0, 0, 1, 1, 1, 2, 2, 2, 2, 2]
LR = 0.125

CLAIM = {
    "claim": "the gradient that reaches the policy equals -E[A * dlog pi(a|s)]",
    "oracle": "closed form -pi * (r - J), every action as often as pi says",
    "config": {"probabilities": PROBABILITIES, "rewards": REWARDS, "value": VALUE, "draws": DRAWS, "lr": LR},
}


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def linear(weight, device, bias=None):
    """A linear module with these numbers as its parameters."""
    module = torch.nn.Linear(
        len(weight[0]), len(weight), bias=bias is not None, dtype=torch.float64, device=device
    )
    with torch.no_grad():
        module.weight.copy_(tensor(weight, device))
        if bias is not None:
            module.bias.copy_(tensor(bias, device))
    return module


def bandit(device):
    """One state, called 1.0; pi = (.2, .3, .5) there, and the critic thinks it is worth 2."""
    agent = torch.nn.ModuleDict(
        {
            "policy": linear([[math.log(p)] for p in PROBABILITIES], device),
            "critic": linear([[VALUE]], device),
        }
    )
    return agent, torch.optim.SGD(agent.parameters(), lr=LR)


def play(module, agent, device):
    """A rollout of the bandit, and what its actions have paid."""
    rollout = module.collect(
        agent, torch.ones(10, 1, dtype=torch.float64, device=device), tensor(DRAWS, device)
    )
    return rollout, tensor(REWARDS, device)[rollout["actions"]]


def compare_policy_gradient(agent, device):
    """The gradient of the bandit's policy, beside -pi * (r - J) and finite differences of -J."""

    def minus_expected_reward(weight):
        return -(torch.softmax(weight[:, 0], 0) * tensor(REWARDS, device)).sum()

    start = bandit(device)[0]["policy"].weight.detach()
    return gradients.compare(
        agent["policy"].weight.grad,
        analytic=tensor([[0.36], [0.24], [-0.6]], device),
        numeric=gradients.central_difference(minus_expected_reward, start),
        what="gradient of the policy",
    )


def four_steps(device):
    """Two features, three actions: nothing is square, no two numbers agree. The actions: 2, 0, 1, 2."""
    agent = torch.nn.ModuleDict(
        {
            "policy": linear([[0.5, -0.25], [0.0, 0.75], [-1.0, 0.25]], device, bias=[0.0, 0.5, 0.25]),
            "critic": linear([[0.5, -1.0]], device, bias=[0.75]),
        }
    )
    states = tensor([[1.0, 0.0], [0.5, 2.0], [-1.0, 1.0], [0.25, -0.5]], device)
    draws, returns = tensor([0.875, 0.03125, 0.25, 0.96875], device), tensor([3.0, -1.0, 0.5, 2.0], device)
    return agent, states, draws, returns


def closed_form(agent, states, actions, returns):
    """The four gradients of `four_steps` on paper: policy weight and bias, critic weight and bias."""
    with torch.no_grad():
        advantages = returns - agent["critic"](states).squeeze(1)
        pi = torch.softmax(agent["policy"](states), dim=1)
        taken = torch.nn.functional.one_hot(actions, 3).to(pi)
        slope = -(advantages[:, None] * (taken - pi)) / len(states)  # d loss / d logits
        return [
            slope.T @ states,
            slope.sum(0),
            -(advantages @ states)[None] / len(states),
            -advantages.mean()[None],
        ]


NAMES = ["policy weight", "policy bias", "critic weight", "critic bias"]


# What learn promises


def test_the_policy_gets_the_gradient_of_the_expected_reward(solution, device, evidence):
    agent, optimizer = bandit(device)
    rollout, returns = play(solution, agent, device)
    solution.learn(agent, optimizer, rollout, returns)
    report = compare_policy_gradient(agent, device)
    evidence(report, **CLAIM, checkpoint=dict(agent.state_dict()))
    report.require()


@pytest.mark.parametrize("steps", [4, 1])
def test_in_different_states_every_action_gets_its_own_credit(solution, device, steps):
    agent, *rest = four_steps(device)
    states, draws, returns = (values[:steps] for values in rest)
    optimizer = torch.optim.SGD(agent.parameters(), lr=LR)
    rollout = solution.collect(agent, states, draws)
    actions = [2, 0, 1, 2][:steps]
    equal(rollout["actions"].tolist(), actions, f"the actions of {steps} steps")
    want = closed_form(agent, states, rollout["actions"], returns)
    before = [p.detach().clone() for p in agent.parameters()]

    def frozen(weight):
        log_pi = torch.log_softmax(states @ weight.T + before[1], dim=1)
        return -(advantages * log_pi[range(steps), actions]).mean()

    advantages = returns - agent["critic"](states).detach().squeeze(1)
    numeric = gradients.central_difference(frozen, before[0])
    solution.learn(agent, optimizer, rollout, returns)
    gradients.compare(
        agent["policy"].weight.grad, analytic=want[0], numeric=numeric, what="gradient of the policy weight"
    ).require()
    for name, old, gradient, parameter in zip(NAMES, before, want, agent.parameters(), strict=True):
        close(parameter.grad, gradient, f"gradient of the {name}")
        close(parameter.detach(), old - LR * gradient, f"{name} after the step")


def test_four_rollouts_in_a_row_follow_the_formula(solution, device):
    agent, states, draws, returns = four_steps(device)
    twin = four_steps(device)[0]
    optimizer = torch.optim.SGD(agent.parameters(), lr=0.5)
    for k in range(1, 5):
        rollout = solution.collect(agent, states, draws.roll(k))
        want = closed_form(twin, states, rollout["actions"], returns)
        solution.learn(agent, optimizer, rollout, returns)
        with torch.no_grad():
            for name, gradient, expected, got in zip(
                NAMES, want, twin.parameters(), agent.parameters(), strict=True
            ):
                expected -= 0.5 * gradient
                close(got.detach(), expected, f"{name} after rollout {k}")


def test_the_policy_learns_beside_a_frozen_critic(solution, device):
    agent, optimizer = bandit(device)
    agent["critic"].requires_grad_(False)
    rollout, returns = play(solution, agent, device)
    solution.learn(agent, optimizer, rollout, returns)
    close(agent["critic"].weight, [[VALUE]], "weight of the frozen critic")
    equal(agent["critic"].weight.requires_grad, False, "whether the frozen critic requires a gradient")
    close(agent["policy"].weight.grad, [[0.36], [0.24], [-0.6]], "gradient of the policy, critic frozen")


# What already works and must stay


def test_the_draws_pick_the_actions(solution, device):
    agent, _ = bandit(device)
    rollout, _ = play(solution, agent, device)
    equal(rollout["actions"].tolist(), ACTIONS, "actions of ten even draws")
    equal(rollout["actions"].dtype, torch.int64, "dtype of the actions")
    close(
        rollout["log_probs"].detach(), [math.log(PROBABILITIES[a]) for a in ACTIONS], "the log-probabilities"
    )
    close(rollout["states"], tensor([[1.0]] * 10, device), "the states of the rollout")


def test_the_smallest_and_the_largest_draw_pick_actions_that_exist(solution, device):
    agent, _ = bandit(device)
    draws = tensor([0.0, 1 - 2**-53], device)
    rollout = solution.collect(agent, torch.ones(2, 1, dtype=torch.float64, device=device), draws)
    equal(rollout["actions"].tolist(), [0, 2], "actions of the smallest and the largest draw")


def test_the_loss_is_the_sum_of_both_terms(solution, device):
    agent, optimizer = bandit(device)
    rollout, returns = play(solution, agent, device)
    loss = solution.learn(agent, optimizer, rollout, returns)
    # A is -1, 0, 2 and occurs 2, 3, 5 times in 10
    actor = -(0.2 * -1 * math.log(0.2) + 0.5 * 2 * math.log(0.5))
    close(loss, actor + 0.5 * (0.2 * 1 + 0.5 * 4), "loss of one rollout")


def test_the_critic_gets_the_gradient_of_its_own_error(solution, device):
    agent, optimizer = bandit(device)
    rollout, returns = play(solution, agent, device)
    solution.learn(agent, optimizer, rollout, returns)
    close(agent["critic"].weight.grad, [[VALUE - 2.8]], "gradient of the critic, V - J")


@pytest.mark.parametrize(
    ("returns", "dtype", "error", "message"),
    [
        ([1.0, 2.0, 3.0], torch.float64, ValueError, ["(3,)", "(4,)"]),
        ([1.0], torch.float64, ValueError, ["(1,)", "(4,)"]),
        ([[1.0], [2.0], [3.0], [4.0]], torch.float64, ValueError, ["(4, 1)", "(4,)"]),
        ([1.0, 2.0, math.nan, 4.0], torch.float64, ValueError, ["returns[2]", "nan"]),
        ([1.0, 2.0, 3.0, -math.inf], torch.float64, ValueError, ["returns[3]", "inf"]),
        ([1, 2, 3, 4], torch.int64, TypeError, ["int64", "float64"]),
        ([1.0, 2.0, 3.0, 4.0], torch.float32, TypeError, ["float32", "float64"]),
        ([True, False, True, True], torch.bool, TypeError, ["bool", "float64"]),
    ],
    ids=["one_missing", "one_for_all", "in_a_column", "nan", "inf", "int64", "float32", "bool"],
)
def test_returns_that_make_no_sense_are_refused(solution, device, returns, dtype, error, message):
    agent, states, draws, _ = four_steps(device)
    rollout = solution.collect(agent, states, draws)
    for part in message:
        refused(solution, agent, rollout, torch.tensor(returns, dtype=dtype, device=device), error, part)


def test_returns_that_carry_a_gradient_are_refused(solution, device):
    agent, states, draws, returns = four_steps(device)
    rollout = solution.collect(agent, states, draws)
    refused(solution, agent, rollout, returns.requires_grad_(), ValueError, "constants")


def test_an_empty_rollout_is_refused(solution, device):
    agent, states, draws, returns = four_steps(device)
    rollout = solution.collect(agent, states[:0], draws[:0])
    equal(rollout["actions"].shape[0], 0, "number of actions in no states")
    refused(solution, agent, rollout, returns[:0], ValueError, "empty")


def refused(solution, agent, rollout, returns, error, message):
    """Nothing may have changed after the refusal: neither parameters nor gradients, bit by bit."""
    optimizer = torch.optim.SGD(agent.parameters(), lr=LR)
    for parameter in agent.parameters():
        parameter.grad = torch.full_like(parameter, 0.125).detach()
    before = [p.detach().clone() for p in agent.parameters()]
    with raises(error, message, "returns that make no sense"):
        solution.learn(agent, optimizer, rollout, returns)
    for name, parameter, old in zip(NAMES, agent.parameters(), before, strict=True):
        equal(parameter.detach(), old, f"{name} after a refusal")
        equal(parameter.grad, torch.full_like(old, 0.125), f"gradient of the {name} after a refusal")


# The documented failure


def test_nothing_is_raised_and_no_gradient_reaches_the_policy(broken, device, evidence):
    agent, optimizer = bandit(device)
    rollout, returns = play(broken, agent, device)
    loss = broken.learn(agent, optimizer, rollout, returns)
    report = compare_policy_gradient(agent, device)
    evidence(report, **CLAIM, checkpoint=dict(agent.state_dict()))
    equal(math.isfinite(loss), True, "whether the loss is finite")
    close(agent["critic"].weight.grad, [[VALUE - 2.8]], "gradient of the critic")
    equal(report.autograd, None, "gradient of the policy")
    close(report.autograd_error, 1.0, "relative error of a gradient that never came")


def test_the_critic_learns_and_the_policy_stands_still(broken, device):
    agent, optimizer = bandit(device)
    for _ in range(20):
        rollout, returns = play(broken, agent, device)
        broken.learn(agent, optimizer, rollout, returns)
    # Each step takes an eighth of the way from V to J.
    close(agent["critic"].weight.item(), 2.8 - 0.8 * (1 - LR) ** 20, "value after 20 updates")
    start = bandit(device)[0]["policy"].weight
    close(agent["policy"].weight, start, "weight of the policy after 20 updates", rtol=0.0, atol=1e-12)


def test_without_a_critic_to_train_backward_refuses(broken, device):
    agent, optimizer = bandit(device)
    agent["critic"].requires_grad_(False)
    rollout, returns = play(broken, agent, device)
    with raises(RuntimeError, "does not require grad", "learning beside a frozen critic"):
        broken.learn(agent, optimizer, rollout, returns)
