"""The actor's loss of an actor-critic: `actor_loss` measures each step against the value of its own state.

On paper step t adds A_t (pi(. | s_t) - e_a) / steps to the gradient of its logits, with A_t = G_t - V(s_t)
and e_a 1 at the action taken, else 0. So where the critic knew every return, the gradient is zero. The
average over all actions would not do as a test: there any baseline gives the right gradient, of whichever
state.
"""

import itertools
import math

import pytest
import torch

from torchkata import gradients, mdp
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

POLICY = [[0.5, -0.25], [0.0, 0.75], [-1.0, 0.25]], [0.0, 0.5, 0.25]  # weight, bias
CRITIC = [[0.5, -1.0]], [0.7]
STATES = [[1.0, 0.0], [0.5, 2.0], [-1.0, 1.0], [0.25, -0.5], [2.0, 0.75]]
VALUES = [1.2, -1.05, -0.8, 1.325, 0.95]  # of the critic above
ACTIONS, RETURNS = [2, 0, 1, 2, 0], [3.0, -1.5, 0.5, 2.0, -0.25]

CLAIM = {
    "claim": "the gradient of a rollout equals -mean((G_t - V(s_t)) * dlog pi(a_t|s_t))",
    "oracle": "closed form A_t (pi - e_a), step by step",
    "config": {"policy": POLICY, "values": VALUES, "states": STATES, "actions": ACTIONS, "returns": RETURNS},
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


def rollout(device, steps=5):
    """Two features, three actions: nothing is square, no two numbers agree."""
    policy, critic = linear(POLICY[0], device, POLICY[1]), linear(CRITIC[0], device, CRITIC[1])
    numbers = tensor(STATES, device), torch.tensor(ACTIONS, device=device), tensor(RETURNS, device)
    return policy, critic, *(values[:steps] for values in numbers)


def slope(policy, states, actions, advantages):
    """d loss / d logits of every step, on paper."""
    with torch.no_grad():
        pi = torch.softmax(policy(states), dim=1)
    taken = torch.nn.functional.one_hot(actions, 3).to(pi)
    return advantages[:, None] * (pi - taken) / len(states)


def compare_gradient(module, device):
    """The gradient of five steps, beside the one on paper and differences with constant advantages."""
    policy, critic, states, actions, returns = rollout(device)
    advantages, bias = returns - tensor(VALUES, device), policy.bias.detach()

    def frozen(weight):
        log_pi = torch.log_softmax(states @ weight.T + bias, dim=1)
        return -(advantages * log_pi[range(5), actions]).mean()

    module.actor_loss(policy, critic, states, actions, returns).backward()
    report = gradients.compare(
        policy.weight.grad,
        analytic=slope(policy, states, actions, advantages).T @ states,
        numeric=gradients.central_difference(frozen, policy.weight.detach()),
        what="gradient of the policy weight, five steps",
    )
    return report, dict(policy.state_dict())


def rich_and_poor(device):
    """Two rooms that pay 4 and 0, whatever one does, and a critic that knows it."""
    return (
        linear([[0.0, 0.0]] * 3, device),
        linear([[4.0, 0.0]], device),
        tensor([[1.0, 0.0], [0.0, 1.0]], device),
    )


# What actor_loss promises


def test_each_step_is_measured_against_the_value_of_its_own_state(solution, device, evidence):
    report, checkpoint = compare_gradient(solution, device)
    evidence(report, **CLAIM, checkpoint=checkpoint)
    report.require()


@pytest.mark.parametrize("steps", [4, 3, 2])
def test_rollouts_of_any_length_follow_the_formula(solution, device, steps):
    policy, critic, states, actions, returns = rollout(device, steps)
    advantages = returns - tensor(VALUES[:steps], device)
    want = slope(policy, states, actions, advantages)
    log_pi = torch.log_softmax(policy(states), dim=1).detach()[range(steps), actions]
    loss = solution.actor_loss(policy, critic, states, actions, returns)
    close(loss.detach(), -(advantages * log_pi).mean(), f"loss of {steps} steps")
    loss.backward()
    close(policy.weight.grad, want.T @ states, f"gradient of the policy weight, {steps} steps")
    close(policy.bias.grad, want.sum(0), f"gradient of the policy bias, {steps} steps")


def test_a_critic_that_knew_every_return_leaves_nothing_to_learn(solution, device):
    policy, critic, states, actions, _ = rollout(device)
    solution.actor_loss(policy, critic, states, actions, tensor(VALUES, device)).backward()
    close(policy.weight.grad, [[0.0, 0.0]] * 3, "gradient of the policy weight beside a perfect critic")
    close(policy.bias.grad, [0.0, 0.0, 0.0], "gradient of the policy bias beside a perfect critic")


def test_a_rich_room_makes_no_action_good(solution, device):
    for actions in itertools.product(range(3), repeat=2):
        policy, critic, states = rich_and_poor(device)
        taken = torch.tensor(actions, device=device)
        solution.actor_loss(policy, critic, states, taken, tensor([4.0, 0.0], device)).backward()
        close(policy.weight.grad, [[0.0, 0.0]] * 3, f"gradient after the actions {list(actions)}")


def test_the_loss_of_a_rollout_is_the_mean_over_its_steps(solution, device):
    policy, critic, *numbers = rollout(device)
    alone = [
        solution.actor_loss(policy, critic, *(values[t : t + 1] for values in numbers)).item()
        for t in range(5)
    ]
    whole = solution.actor_loss(policy, critic, *numbers)
    close(whole.item(), sum(alone) / 5, "loss of five steps, beside the mean of each alone")


# What already works and must stay


def test_averaged_over_all_actions_the_gradient_is_the_slope(solution, device):
    rooms = [([0.25, 0.25, 0.5], [1.0, 2.0, 4.0]), ([0.5, 0.25, 0.25], [3.0, 0.0, -1.0])]
    policy, critic = linear([[0.0, 0.0]] * 3, device), linear([[2.0, -0.5]], device)
    with torch.no_grad():
        policy.weight.copy_(tensor([pi for pi, _ in rooms], device).log().T)
    states = tensor([[1.0, 0.0], [0.0, 1.0]], device)
    outcomes = [
        (math.prod(pi[a] for (pi, _), a in zip(rooms, actions, strict=True)), actions)
        for actions in itertools.product(range(3), repeat=2)
    ]

    def loss(actions):
        returns = tensor([r[a] for (_, r), a in zip(rooms, actions, strict=True)], device)
        return solution.actor_loss(policy, critic, states, torch.tensor(actions, device=device), returns)

    (got,) = mdp.expected_gradient(loss, [policy.weight], outcomes)
    # Half of -pi * (r - J) in each room; J = 2.75 and 1.25
    want = [[0.21875, -0.4375], [0.09375, 0.15625], [-0.3125, 0.28125]]
    close(got, want, "gradient averaged over all actions in two rooms", rtol=1e-10, atol=1e-12)


def test_a_single_step_is_right(solution, device):
    policy, critic, states, actions, returns = rollout(device, steps=1)
    want = slope(policy, states, actions, returns - tensor(VALUES[:1], device))
    solution.actor_loss(policy, critic, states, actions, returns).backward()
    close(policy.weight.grad, want.T @ states, "gradient of the policy weight, a single step")


def test_a_critic_without_an_opinion_on_states_is_a_plain_baseline(solution, device):
    policy, _, states, actions, returns = rollout(device)
    critic = linear([[0.0, 0.0]], device, bias=[0.875])
    want = slope(policy, states, actions, returns - 0.875)
    solution.actor_loss(policy, critic, states, actions, returns).backward()
    close(policy.weight.grad, want.T @ states, "gradient of the policy weight, V = 0.875 everywhere")


def test_the_critic_gets_no_gradient(solution, device):
    policy, critic, *numbers = rollout(device)
    solution.actor_loss(policy, critic, *numbers).backward()
    equal(critic.weight.grad, None, "gradient of the critic weight")
    equal(critic.bias.grad, None, "gradient of the critic bias")
    equal(critic.weight.requires_grad, True, "whether the critic can still be trained")


@pytest.mark.parametrize(
    ("returns", "message"),
    [
        ([1.0, 2.0, 3.0], ["returns (3,)", "(4,)"]),
        ([1.0], ["returns (1,)", "(4,)"]),
        ([[1.0], [2.0], [3.0], [4.0]], ["returns (4, 1)", "(4,)"]),
    ],
    ids=["one_missing", "one_for_all", "in_a_column"],
)
def test_returns_that_do_not_fit_are_refused(solution, device, returns, message):
    for part in message:
        refused(solution, device, part, actions=[2, 0, 1, 2], returns=returns)


@pytest.mark.parametrize("actions", [[2, 0, 1], [[2], [0], [1], [2]]], ids=["one_missing", "in_a_column"])
def test_actions_that_do_not_fit_are_refused(solution, device, actions):
    shape = "(3,)" if len(actions) == 3 else "(4, 1)"
    for part in (f"actions {shape}", "(4,)"):
        refused(solution, device, part, actions=actions, returns=[1.0, 2.0, 3.0, 4.0])


def test_an_empty_rollout_is_refused(solution, device):
    refused(solution, device, "empty", actions=[], returns=[], steps=0)


def refused(module, device, message, actions, returns, steps=4):
    """Nothing may have changed after the refusal: neither parameters nor gradients, bit by bit."""
    policy, critic, states, *_ = rollout(device)
    both = [*policy.parameters(), *critic.parameters()]
    for parameter in both:
        parameter.grad = torch.full_like(parameter, 0.125).detach()
    before = [parameter.detach().clone() for parameter in both]
    taken = torch.tensor(actions, dtype=torch.int64, device=device)
    with raises(ValueError, message, "a rollout that does not fit"):
        module.actor_loss(policy, critic, states[:steps], taken, tensor(returns, device))
    for parameter, old in zip(both, before, strict=True):
        equal(parameter.detach(), old, "a parameter after a refusal")
        equal(parameter.grad, torch.full_like(old, 0.125), "a gradient after a refusal")


# The documented failure


def test_every_step_is_measured_against_the_mean_of_all_values(broken, device, evidence):
    report, checkpoint = compare_gradient(broken, device)
    evidence(report, **CLAIM, checkpoint=checkpoint)
    policy, _, states, actions, returns = rollout(device)
    mean = sum(VALUES) / 5  # 0.325
    want = slope(policy, states, actions, returns - mean).T @ states
    close(report.autograd, want, "gradient of the policy weight, five steps")
    close(report.autograd_error, 0.5998, "relative error of the gradient", rtol=0.0, atol=5e-5)


def test_a_perfect_critic_still_pushes_the_policy(broken, device):
    policy, critic, states = rich_and_poor(device)
    actions = torch.tensor([0, 1], device=device)
    broken.actor_loss(policy, critic, states, actions, tensor([4.0, 0.0], device)).backward()
    # The advantages are 4 - 2 and 0 - 2 instead of 0 and 0; pi is a third for each action.
    third = 1 / 3
    want = [[third - 1, -third], [third, 1 - third], [third, -third]]
    close(policy.weight.grad, want, "gradient beside a critic that knew both returns")
