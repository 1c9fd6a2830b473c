"""REINFORCE with a learned baseline: each term of `reinforce_loss` trains what it should, and nothing else.

Policy: -mean(A * dlog pi(a|s)), with A = G - V as constants. Baseline: weight * mean(2 (V - G) dV). In the
bandit below every arm is enumerated and weighted with its probability, so the expected gradients are
exact: -pi * (r - J) for the policy, whatever the baseline says, and 2 * weight * (V - J) for the baseline.
"""

import math

import pytest
import torch

from torchkata import gradients, mdp
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

PROBABILITIES, REWARDS, VALUE = [0.2, 0.3, 0.5], [1.0, 2.0, 4.0], 2.0  # J = 2.8
ENTROPY = -sum(p * math.log(p) for p in PROBABILITIES)  # 1.0297

CLAIM = {
    "claim": "the expected gradient that reaches the baseline equals V - J",
    "oracle": "closed form V - J, every arm enumerated",
    "config": {"probabilities": PROBABILITIES, "rewards": REWARDS, "value": VALUE, "weight": 0.5},
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


def bandit(device, value=VALUE):
    """One state, called 1.0; pi = (.2, .3, .5) there, and the baseline thinks it is worth 2."""
    return linear([[math.log(p)] for p in PROBABILITIES], device), linear([[value]], device)


def expected_gradients(module, policy, baseline, device, **weight):
    """The gradients of both weights, averaged over the arms."""

    def loss(arm):
        state = torch.ones(1, 1, dtype=torch.float64, device=device)
        action = torch.tensor([arm], device=device)
        return module.reinforce_loss(
            policy, baseline, state, action, tensor([REWARDS[arm]], device), **weight
        )

    return mdp.expected_gradient(
        loss, [policy.weight, baseline.weight], zip(PROBABILITIES, range(3), strict=True)
    )


def compare_baseline_gradient(module, device):
    """The expected gradient of the baseline, beside V - J and differences of E[(r - V)^2] / 2."""
    policy, baseline = bandit(device)

    def half_the_error(value):
        return sum(p * (r - value[0, 0]) ** 2 / 2 for p, r in zip(PROBABILITIES, REWARDS, strict=True))

    numeric = gradients.central_difference(half_the_error, baseline.weight.detach())
    report = gradients.compare(
        expected_gradients(module, policy, baseline, device)[1],
        analytic=tensor([[VALUE - 2.8]], device),
        numeric=numeric,
        what="expected gradient of the baseline, V - J",
    )
    return report, {"policy": policy.weight.detach(), "baseline": baseline.weight.detach()}


def four_steps(device, dtype=torch.float64):
    """Two features, three actions: nothing is square, no two numbers agree."""
    policy = linear([[0.5, -0.25], [0.0, 0.75], [-1.0, 0.25]], device, bias=[0.0, 0.5, 0.25])
    baseline = linear([[0.5, -1.0]], device, bias=[0.75])
    states = tensor([[1.0, 0.0], [0.5, 2.0], [-1.0, 1.0], [0.25, -0.5]], device)
    actions = torch.tensor([2, 0, 1, 2], device=device)
    returns = tensor([3.0, -1.0, 0.5, 2.0], device)
    return policy.to(dtype), baseline.to(dtype), states.to(dtype), actions, returns.to(dtype)


def slopes(logits, values, actions, returns, weight):
    """On paper: d loss / d logits and d loss / d V, both for every step."""
    pi = torch.softmax(logits, dim=1)
    taken = torch.nn.functional.one_hot(actions, 3).to(pi)
    steps = len(actions)
    return (values - returns)[:, None] * (taken - pi) / steps, 2 * weight * (values - returns) / steps


def parameters(*modules):
    return [(name, p) for module in modules for name, p in module.named_parameters()]


def settle(module, device, weight):
    """Twelve steps where every arm pays 1: the value at the end, and on the way.

    The three arms are equally likely and each is drawn once, so the policy stays where it is. A step
    takes the baseline half of the way to where it settles.
    """
    policy, baseline = linear([[0.0]] * 3, device), linear([[0.0]], device)
    states = torch.ones(3, 1, dtype=torch.float64, device=device)
    actions, returns = torch.arange(3, device=device), tensor([1.0, 1.0, 1.0], device)
    trace = []
    for _ in range(12):
        loss = module.reinforce_loss(policy, baseline, states, actions, returns, weight)
        both = [policy.weight, baseline.weight]
        found = torch.autograd.grad(loss, both, allow_unused=True)
        with torch.no_grad():
            for parameter, gradient in zip(both, found, strict=True):
                if gradient is not None:
                    parameter -= 0.25 / weight * gradient
        trace.append(baseline.weight.item())
    return trace[-1], trace


def refused(module, device, steps, actions, returns, message):
    """Nothing may have changed after the refusal: neither parameters nor gradients, bit by bit."""
    policy, baseline, states, *_ = four_steps(device)
    for _, parameter in parameters(policy, baseline):
        parameter.grad = torch.full_like(parameter, 0.125).detach()
    before = [p.detach().clone() for _, p in parameters(policy, baseline)]
    with raises(ValueError, message, "a rollout that does not fit"):
        module.reinforce_loss(policy, baseline, states[:steps], actions, returns)
    for (name, parameter), old in zip(parameters(policy, baseline), before, strict=True):
        equal(parameter.detach(), old, f"{name} after a refusal")
        equal(parameter.grad, torch.full_like(old, 0.125), f"gradient of the {name} after a refusal")


# What reinforce_loss promises


def test_the_baseline_learns_from_its_own_error_alone(solution, device, evidence):
    report, checkpoint = compare_baseline_gradient(solution, device)
    evidence(report, **CLAIM, checkpoint=checkpoint)
    report.require()


@pytest.mark.parametrize("weight", [0.25, 1.0, 3.0])
def test_the_weight_counts_for_the_baseline_and_not_for_the_policy(solution, device, weight):
    policy, baseline = bandit(device)
    for_policy, for_baseline = expected_gradients(solution, policy, baseline, device, weight=weight)
    close(for_baseline, [[2 * weight * (VALUE - 2.8)]], f"expected gradient of the baseline, weight {weight}")
    close(for_policy, [[0.36], [0.24], [-0.6]], f"expected gradient of the policy, weight {weight}")


def test_where_every_arm_pays_one_the_baseline_ends_at_one(solution, device):
    value, trace = settle(solution, device, weight=0.5)
    close(trace[0], 0.5, "value after 1 step of half the way")
    close(value, 1 - 0.5**12, "value after 12 steps, every arm pays 1")


@pytest.mark.parametrize("steps", [4, 1])
def test_in_different_states_every_parameter_gets_its_own_gradient(solution, device, steps):
    policy, baseline, *batch = four_steps(device)
    states, actions, returns = (values[:steps] for values in batch)
    with torch.no_grad():
        of_logits, of_values = slopes(
            policy(states), baseline(states).squeeze(1), actions, returns, weight=0.75
        )
    solution.reinforce_loss(policy, baseline, states, actions, returns, weight=0.75).backward()
    close(policy.weight.grad, of_logits.T @ states, "gradient of the policy weight")
    close(policy.bias.grad, of_logits.sum(0), "gradient of the policy bias")
    close(baseline.weight.grad, (of_values @ states)[None], "gradient of the baseline weight")
    close(baseline.bias.grad, of_values.sum()[None], "gradient of the baseline bias")


def test_in_float32_the_gradients_are_the_same(solution, device):
    policy, baseline, states, actions, returns = four_steps(device)
    with torch.no_grad():
        of_logits, of_values = slopes(
            policy(states), baseline(states).squeeze(1), actions, returns, weight=0.5
        )
    policy, baseline, *batch = four_steps(device, torch.float32)
    solution.reinforce_loss(policy, baseline, *batch).backward()
    for_policy, for_baseline = of_logits.sum(0).float(), of_values.sum()[None].float()
    close(policy.bias.grad, for_policy, "gradient of the policy bias in float32", rtol=1e-5, atol=1e-7)
    close(baseline.bias.grad, for_baseline, "gradient of the baseline bias in float32", rtol=1e-5, atol=1e-7)


def test_a_shared_body_gets_the_gradients_of_both_terms(solution, device):
    _, _, states, actions, returns = four_steps(device)
    body = linear([[1.0, 0.5], [-0.5, 0.25]], device)
    head, value_head = (
        linear([[0.5, -0.25], [0.0, 0.75], [-1.0, 0.25]], device),
        linear([[0.5, -1.0]], device),
    )
    policy, baseline = torch.nn.Sequential(body, head), torch.nn.Sequential(body, value_head)
    with torch.no_grad():
        advantages = returns - baseline(states).squeeze(1)
        of_logits, of_values = slopes(
            policy(states), baseline(states).squeeze(1), actions, returns, weight=0.5
        )
        want = (of_logits @ head.weight + of_values[:, None] @ value_head.weight).T @ states

    def frozen(weight):
        features = states @ weight.T
        log_pi = torch.log_softmax(features @ head.weight.T, dim=1)[range(4), actions]
        values = (features @ value_head.weight.T).squeeze(1)
        return -(advantages * log_pi).mean() + 0.5 * (returns - values).pow(2).mean()

    numeric = gradients.central_difference(frozen, body.weight.detach())
    solution.reinforce_loss(policy, baseline, states, actions, returns).backward()
    gradients.compare(
        body.weight.grad, analytic=want, numeric=numeric, what="gradient of the shared body"
    ).require()


# What already works and must stay


def test_the_policy_gets_the_slope_of_the_expected_reward(solution, device):
    policy, baseline = bandit(device)
    for_policy, _ = expected_gradients(solution, policy, baseline, device)
    close(for_policy, [[0.36], [0.24], [-0.6]], "expected gradient of the policy, -pi * (r - J)")


def test_an_action_is_pushed_by_what_it_earned_above_the_baseline(solution, device):
    policy, baseline = bandit(device)
    state, action = torch.ones(1, 1, dtype=torch.float64, device=device), torch.tensor([1], device=device)
    solution.reinforce_loss(policy, baseline, state, action, tensor([2.0], device)).backward()
    close(policy.weight.grad, [[0.0]] * 3, "gradient of the policy, where the action paid what was expected")


def test_the_loss_is_the_sum_of_both_terms(solution, device):
    policy, baseline, states, actions, returns = four_steps(device)
    with torch.no_grad():
        errors = returns - baseline(states).squeeze(1)
        log_pi = torch.log_softmax(policy(states), dim=1)[range(4), actions]
    for weight in (0.5, 2.0):
        want = -(errors * log_pi).mean() + weight * (errors * errors).mean()
        got = solution.reinforce_loss(policy, baseline, states, actions, returns, weight=weight)
        close(got.detach(), want, f"loss with weight {weight}")
    default = solution.reinforce_loss(policy, baseline, states, actions, returns)
    close(default.detach(), -(errors * log_pi).mean() + 0.5 * (errors * errors).mean(), "loss by default")


def test_a_frozen_baseline_stays_and_the_policy_learns(solution, device):
    policy, baseline = bandit(device)
    baseline.requires_grad_(False)
    states = torch.ones(10, 1, dtype=torch.float64, device=device)
    actions = torch.tensor([0, 0, 1, 1, 1, 2, 2, 2, 2, 2], device=device)
    solution.reinforce_loss(policy, baseline, states, actions, tensor(REWARDS, device)[actions]).backward()
    equal(baseline.weight.grad, None, "gradient of a frozen baseline")
    equal(baseline.weight.requires_grad, False, "whether the frozen baseline requires a gradient")
    close(policy.weight.grad, [[0.36], [0.24], [-0.6]], "gradient of the policy beside a frozen baseline")


@pytest.mark.parametrize(
    ("steps", "returns", "message"),
    [
        (4, [1.0, 2.0, 3.0], ["(3,)", "(4,)"]),
        (4, [1.0], ["(1,)", "(4,)"]),
        (4, [[1.0], [2.0], [3.0], [4.0]], ["(4, 1)", "(4,)"]),
        (0, [], ["empty"]),
    ],
    ids=["one_missing", "one_for_all", "in_a_column", "no_steps"],
)
def test_returns_that_do_not_fit_are_refused(solution, device, steps, returns, message):
    for part in message:
        refused(
            solution, device, steps, torch.arange(steps, device=device) % 3, tensor(returns, device), part
        )


def test_a_missing_action_is_refused(solution, device):
    for part in ("(3,)", "(4,)"):
        refused(solution, device, 4, torch.arange(3, device=device), tensor([1.0] * 4, device), part)


def test_returns_that_require_a_gradient_are_refused(solution, device):
    returns = tensor([1.0, 2.0, 3.0, 4.0], device).requires_grad_()
    refused(solution, device, 4, torch.tensor([2, 0, 1, 2], device=device), returns, "constants")


# The documented failure


def test_the_baseline_is_pulled_up_by_the_entropy_of_the_policy(broken, device, evidence):
    report, checkpoint = compare_baseline_gradient(broken, device)
    evidence(report, **CLAIM, checkpoint=checkpoint)
    close(report.autograd, [[VALUE - 2.8 - ENTROPY]], "expected gradient of the baseline")
    close(report.autograd_error, ENTROPY / 0.8, "relative error of the baseline's gradient")
    for_policy, _ = expected_gradients(broken, *bandit(device), device)
    close(for_policy, [[0.36], [0.24], [-0.6]], "expected gradient of the policy, which is right")


@pytest.mark.parametrize("weight", [0.5, 0.25])
def test_where_every_arm_pays_one_the_baseline_ends_above_one(broken, device, weight):
    value, _ = settle(broken, device, weight)
    # V - J - H / (2 * weight) is halved at every step; H of three equal arms is log 3.
    want = (1 + math.log(3) / (2 * weight)) * (1 - 0.5**12)
    close(value, want, f"value after 12 steps, every arm pays 1, weight {weight}")
