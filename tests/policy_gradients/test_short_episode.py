"""REINFORCE with standardised returns: one update per episode, also after an episode of a single step.

A single return counts as it is, so that one-step episodes, averaged over the actions that the policy
takes, give exactly the policy gradient of the bandit. Longer episodes have the advantages
(G - mean) / (std + 1e-8), which the tests write out; of G they know the sum of its definition.
"""

import math
import warnings

import pytest
import torch

from torchkata import gradients, mdp
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

PROBABILITIES, REWARDS = [0.2, 0.3, 0.5], [1.0, 2.0, 4.0]  # J = 2.8
LR = 0.125

CLAIM = {
    "claim": "updates after one-step episodes follow -dJ/dlogits on average",
    "oracle": "closed form -pi * (rewards - J)",
    "config": {"probabilities": PROBABILITIES, "rewards": REWARDS, "lr": LR},
}


def tensor(values, device, dtype=torch.float64):
    return torch.tensor(values, dtype=dtype, device=device)


def linear(weight, device, dtype=torch.float64):
    """A policy whose logits are the states times these weights, (actions, features)."""
    policy = torch.nn.Linear(len(weight[0]), len(weight), bias=False, dtype=dtype, device=device)
    with torch.no_grad():
        policy.weight.copy_(tensor(weight, device, dtype))
    return policy


def bandit(device):
    """One state, called 1.0, in which pi is (.2, .3, .5)."""
    return linear([[math.log(p)] for p in PROBABILITIES], device)


def learn(module, policy, device, states, actions, rewards, gamma=0.9):
    """One update by plain descent with LR: the loss."""
    optimizer = torch.optim.SGD(policy.parameters(), lr=LR)
    states = tensor(states, device, next(policy.parameters()).dtype)
    return module.update(policy, optimizer, states, torch.tensor(actions, device=device), rewards, gamma)


def compare_one_step_episodes(module, device):
    """The updates after each one-step episode, per lr and averaged with pi, beside dJ/dlogits on paper."""
    start = bandit(device).weight.detach().clone()
    total = torch.zeros_like(start)
    for action, probability in enumerate(PROBABILITIES):
        policy = bandit(device)
        learn(module, policy, device, [[1.0]], [action], [REWARDS[action]])
        total += probability * (start - policy.weight.detach()) / LR
    problem = mdp.bandit(REWARDS)
    report = gradients.compare(
        total,
        analytic=tensor([[0.36], [0.24], [-0.6]], device),
        numeric=gradients.central_difference(lambda at: -problem.expected_return(at.T), start),
        what="gradient applied after one-step episodes, averaged",
    )
    return report, start


def standardised(returns):
    """(G - mean) / (std + 1e-8), the std divided by one less than there are; a single one as it is."""
    if len(returns) == 1:
        return list(returns)
    mean = sum(returns) / len(returns)
    std = math.sqrt(sum((g - mean) ** 2 for g in returns) / (len(returns) - 1))
    return [(g - mean) / (std + 1e-8) for g in returns]


WEIGHT = [[0.5, -0.25], [0.0, 0.75], [-1.0, 0.25]]
STATES = [[1.0, 0.0], [0.5, 2.0], [-1.0, 1.0], [0.25, -0.5], [2.0, 0.3]]
ACTIONS, PAID = [2, 0, 1, 2, 0], [0.3, -1.0, 2.5, 0.7, 1.1]


def closed_form(weight, states, actions, advantages):
    """The loss and its gradient in the weight, with the advantages as constants: all in lists."""
    loss, slope = 0.0, [[0.0] * len(weight[0]) for _ in weight]
    for state, action, advantage in zip(states, actions, advantages, strict=True):
        logits = [sum(w * x for w, x in zip(row, state, strict=True)) for row in weight]
        weights = [math.exp(z - max(logits)) for z in logits]
        pi = [w / sum(weights) for w in weights]
        loss -= advantage * math.log(pi[action])
        for k in range(len(weight)):
            for j, x in enumerate(state):
                slope[k][j] -= advantage * ((k == action) - pi[k]) * x
    return loss, slope


# What update promises


def test_one_step_episodes_teach_the_slope_of_the_expected_reward(solution, device, evidence):
    report, start = compare_one_step_episodes(solution, device)
    evidence(report, **CLAIM, checkpoint={"weight": start})
    report.require()


@pytest.mark.parametrize("paid", [2.5, -0.7, 0.0])
def test_the_return_of_a_single_step_counts_as_it_is(solution, device, paid):
    policy = linear(WEIGHT, device)
    loss = learn(solution, policy, device, STATES[1:2], [2], [paid])
    want, slope = closed_form(WEIGHT, STATES[1:2], [2], [paid])
    close(loss, want, f"loss of a step that paid {paid}")
    gradients.compare(
        policy.weight.grad, analytic=tensor(slope, device), what=f"gradient after a step that paid {paid}"
    ).require()
    new = tensor(WEIGHT, device) - LR * tensor(slope, device)
    close(policy.weight.detach(), new, f"weight after a step that paid {paid}")


def test_short_and_long_episodes_take_turns(solution, device):
    policy, twin = linear(WEIGHT, device), tensor(WEIGHT, device)
    for episode, steps in enumerate([3, 1, 5, 1, 2, 1]):
        loss = learn(solution, policy, device, STATES[:steps], ACTIONS[:steps], PAID[:steps], gamma=0.5)
        scaled = standardised(mdp.reward_to_go(PAID[:steps], 0.5))
        want, slope = closed_form(twin.tolist(), STATES[:steps], ACTIONS[:steps], scaled)
        twin -= LR * tensor(slope, device)
        close(loss, want, f"loss of episode {episode + 1}, of {steps} steps")
        close(policy.weight.detach(), twin, f"weight after episode {episode + 1}, of {steps} steps")


def test_a_single_step_in_float32_keeps_its_return_too(solution, device):
    policy = linear(WEIGHT, device, torch.float32)
    loss = learn(solution, policy, device, STATES[:1], [1], [1.7])
    want, slope = closed_form(WEIGHT, STATES[:1], [1], [1.7])
    close(loss, want, "loss in float32", rtol=1e-5, atol=1e-7)
    close(policy.weight.grad, tensor(slope, device, torch.float32), "gradient in float32")


# What already works and must stay


@pytest.mark.parametrize("gamma", [0.0, 0.9, 1.0])
@pytest.mark.parametrize("steps", [2, 5])
def test_the_returns_of_a_longer_episode_are_standardized(solution, device, steps, gamma):
    policy = linear(WEIGHT, device)
    loss = learn(solution, policy, device, STATES[:steps], ACTIONS[:steps], PAID[:steps], gamma)
    scaled = standardised(mdp.reward_to_go(PAID[:steps], gamma))
    want, slope = closed_form(WEIGHT, STATES[:steps], ACTIONS[:steps], scaled)
    close(loss, want, f"loss of {steps} steps")

    def frozen(weight):
        log_pi = torch.log_softmax(tensor(STATES[:steps], device) @ weight.T, 1)
        return -(tensor(scaled, device) * log_pi[range(steps), ACTIONS[:steps]]).sum()

    gradients.compare(
        policy.weight.grad,
        analytic=tensor(slope, device),
        numeric=gradients.central_difference(frozen, tensor(WEIGHT, device)),
        what=f"gradient after {steps} steps",
    ).require()
    new = tensor(WEIGHT, device) - LR * tensor(slope, device)
    close(policy.weight.detach(), new, f"weight after {steps} steps")


def test_two_equal_returns_teach_nothing_and_break_nothing(solution, device):
    policy = linear(WEIGHT, device)
    loss = learn(solution, policy, device, STATES[:2], ACTIONS[:2], [1.0, 1.0], gamma=0.0)
    close(loss, 0.0, "loss of two equal returns")
    close(policy.weight.detach(), tensor(WEIGHT, device), "weight after two equal returns")


def test_an_empty_episode_is_refused_and_nothing_moves(solution, device):
    policy = linear(WEIGHT, device)
    policy.weight.grad = torch.full_like(policy.weight, 0.125).detach()
    optimizer = torch.optim.SGD(policy.parameters(), lr=LR, momentum=0.5)
    states = torch.empty(0, 2, dtype=torch.float64, device=device)
    actions = torch.empty(0, dtype=torch.int64, device=device)
    with raises(ValueError, "empty", "an episode without steps"):
        solution.update(policy, optimizer, states, actions, [], 0.9)
    equal(policy.weight.detach(), tensor(WEIGHT, device), "weight after a refusal")
    equal(policy.weight.grad, torch.full_like(policy.weight, 0.125), "gradient after a refusal")
    equal(len(optimizer.state), 0, "number of parameters that the optimizer has stepped")


# The documented failure


def test_after_an_episode_of_one_step_every_weight_is_nan(broken, device, evidence):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report, start = compare_one_step_episodes(broken, device)
    evidence(report, **CLAIM, checkpoint={"weight": start})
    equal(report.autograd.isnan().tolist(), [[True]] * 3, "whether the average update is NaN")


@pytest.mark.no_stand_in("it computes in a thread of its own, whose warnings Python never sees")
def test_a_warning_is_all_that_torch_says(broken, device):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        learn(broken, linear(WEIGHT, device), device, STATES[:1], ACTIONS[:1], PAID[:1])
    said = " ".join(str(warning.message) for warning in caught)
    equal("degrees of freedom" in said, True, "whether a warning speaks of degrees of freedom")


def test_the_loss_is_nan_and_what_follows_is_lost(broken, device):
    policy = linear(WEIGHT, device)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loss = learn(broken, policy, device, STATES[:1], ACTIONS[:1], PAID[:1])
    equal(math.isnan(loss), True, "whether the loss of one step is NaN")
    loss = learn(broken, policy, device, STATES, ACTIONS, PAID)
    equal(math.isnan(loss), True, "whether the loss of the next five steps is NaN")
    with raises(ValueError, "constraint", "a policy made of the logits"):
        torch.distributions.Categorical(logits=policy(tensor(STATES, device)))
