"""The policy's loss on a rollout: `policy_loss` scores every action in its own state, with its own advantage.

On paper step t adds A_t (pi(. | s_t) - e_a) / steps to the gradient of its logits, where e_a is 1 at the
action taken, else 0. In the eight steps below both rooms hold every action as often as pi says, so that the
mean over the steps is the expectation: for each room half of -pi * (r - J).
"""

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

ROOMS = [  # pi, rewards; J = 2.75 and 1.25
    ([0.25, 0.25, 0.5], [1.0, 2.0, 4.0]),
    ([0.5, 0.25, 0.25], [3.0, 0.0, -1.0]),
]
STEPS = [(0, 0), (0, 1), (0, 2), (0, 2), (1, 0), (1, 0), (1, 1), (1, 2)]  # room, action

CLAIM = {
    "claim": "the gradient of a rollout equals -mean(A_t * dlog pi(a_t|s_t))",
    "oracle": "closed form -pi * (r - J) / 2 in each of two rooms, every action as often as pi says",
    "config": {"rooms": ROOMS, "steps": STEPS},
}


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def column(actions, device):
    return torch.tensor(actions, dtype=torch.int64, device=device).reshape(-1, 1)


def linear(weight, device, bias=None, dtype=torch.float64):
    """A linear module with these numbers as its parameters."""
    module = torch.nn.Linear(len(weight[0]), len(weight), bias=bias is not None, dtype=dtype, device=device)
    with torch.no_grad():
        module.weight.copy_(tensor(weight, device))
        if bias is not None:
            module.bias.copy_(tensor(bias, device))
    return module


def two_rooms(device):
    """A policy with a column of logits for each room, and eight steps in which pi is met exactly."""
    policy = linear([[0.0, 0.0]] * 3, device)
    with torch.no_grad():
        policy.weight.copy_(tensor([pi for pi, _ in ROOMS], device).log().T)
    states = torch.eye(2, dtype=torch.float64, device=device)[[room for room, _ in STEPS]]
    rewards = tensor([ROOMS[room][1][action] for room, action in STEPS], device)
    return policy, states, column([action for _, action in STEPS], device), rewards


def compare_gradient(module, device):
    """The gradient of the eight steps, beside the slope on paper and finite differences of -J."""

    def minus_expected_reward(weight):
        return -(torch.softmax(weight, 0) * tensor([r for _, r in ROOMS], device).T).sum() / 2

    policy, *rollout = two_rooms(device)
    module.policy_loss(policy, *rollout).backward()
    report = gradients.compare(
        policy.weight.grad,
        analytic=tensor([[0.21875, -0.4375], [0.09375, 0.15625], [-0.3125, 0.28125]], device),
        numeric=gradients.central_difference(minus_expected_reward, policy.weight.detach()),
        what="gradient of eight steps in two rooms",
    )
    return report, {"weight": policy.weight.detach()}


def five_steps(device, dtype=torch.float64):
    """Two features, three actions: nothing is square, no two numbers agree."""
    policy = linear([[0.5, -0.25], [0.0, 0.75], [-1.0, 0.25]], device, bias=[0.0, 0.5, 0.25], dtype=dtype)
    states = tensor([[1.0, 0.0], [0.5, 2.0], [-1.0, 1.0], [0.25, -0.5], [2.0, 0.75]], device).to(dtype)
    advantages = tensor([3.0, -1.0, 0.5, 2.0, -0.3], device).to(dtype)
    return policy, states, column([2, 0, 1, 2, 0], device), advantages


def on_paper(policy, states, actions, advantages):
    """The loss, and its slope in the logits of every step."""
    with torch.no_grad():
        log_pi = torch.log_softmax(policy(states), dim=1)
    taken = torch.nn.functional.one_hot(actions.flatten(), log_pi.shape[1]).to(log_pi)
    slope = advantages[:, None] * (log_pi.exp() - taken) / len(states)
    return -(advantages * (log_pi * taken).sum(1)).mean(), slope


def three_and_one(device):
    """Three steps in the first room with action 0, one in the second with action 1; all were good."""
    states = torch.eye(2, dtype=torch.float64, device=device)[[0, 0, 0, 1]]
    actions, advantages = column([0, 0, 0, 1], device), tensor([1.0, 1.0, 1.0, 1.0], device)
    return linear([[0.0, 0.0]] * 2, device), states, actions, advantages


# What policy_loss promises


def test_every_room_is_taught_by_what_was_done_in_it(solution, device, evidence):
    report, checkpoint = compare_gradient(solution, device)
    evidence(report, **CLAIM, checkpoint=checkpoint)
    report.require()


@pytest.mark.parametrize("steps", [5, 3, 2])
def test_every_step_gets_its_own_credit_for_its_own_action(solution, device, steps):
    policy, *rollout = five_steps(device)
    states, actions, advantages = (values[:steps] for values in rollout)
    want, slope = on_paper(policy, states, actions, advantages)
    loss = solution.policy_loss(policy, states, actions, advantages)
    close(loss.detach(), want, f"loss of {steps} steps")
    loss.backward()
    close(policy.weight.grad, slope.T @ states, f"gradient of the weight, {steps} steps")
    close(policy.bias.grad, slope.sum(0), f"gradient of the bias, {steps} steps")


def test_the_loss_of_a_rollout_is_the_mean_over_its_steps(solution, device):
    policy, states, actions, advantages = five_steps(device)
    alone = [
        solution.policy_loss(policy, states[t : t + 1], actions[t : t + 1], advantages[t : t + 1])
        for t in range(5)
    ]
    whole = solution.policy_loss(policy, states, actions, advantages)
    close(whole.detach(), sum(alone).detach() / 5, "loss of five steps, beside the mean of each alone")


def test_two_rooms_learn_two_answers(solution, device):
    policy, states, actions, advantages = three_and_one(device)
    for _ in range(4):
        _, slope = on_paper(policy, states, actions, advantages)
        want = policy.weight.detach() - slope.T @ states
        (gradient,) = torch.autograd.grad(
            solution.policy_loss(policy, states, actions, advantages), policy.weight
        )
        with torch.no_grad():
            policy.weight -= gradient
        close(policy.weight.detach(), want, "weight of the policy after a step")


def test_in_float32_the_gradient_is_the_same(solution, device):
    policy, *rollout = five_steps(device, dtype=torch.float32)
    twin, *exact = five_steps(device)
    _, slope = on_paper(twin, *exact)
    solution.policy_loss(policy, *rollout).backward()
    close(policy.bias.grad, slope.sum(0).float(), "gradient of the bias in float32", rtol=1e-5, atol=1e-7)


# What already works and must stay


def test_a_single_step_is_right(solution, device):
    policy, *rollout = five_steps(device)
    states, actions, advantages = (values[:1] for values in rollout)
    want, slope = on_paper(policy, states, actions, advantages)
    loss = solution.policy_loss(policy, states, actions, advantages)
    close(loss.detach(), want, "loss of a single step")
    loss.backward()
    close(policy.weight.grad, slope.T @ states, "gradient of the weight, a single step")


def test_in_a_single_state_equal_advantages_count_alike(solution, device):
    policy = linear([[0.0]] * 3, device)
    states, advantages = torch.ones(4, 1, dtype=torch.float64, device=device), tensor([2.0] * 4, device)
    solution.policy_loss(policy, states, column([0, 2, 2, 2], device), advantages).backward()
    # 2 * (pi - how often each action was taken)
    close(policy.weight.grad, [[2 / 3 - 0.5], [2 / 3], [2 / 3 - 1.5]], "gradient in a single state")


@pytest.mark.parametrize(
    ("actions", "advantages", "message"),
    [
        ([[2], [0], [1]], [1.0, 2.0, 3.0, 4.0], ["(3, 1)", "(4,)"]),
        ([[2]], [1.0, 2.0, 3.0, 4.0], ["(1, 1)", "(4,)"]),
        ([2, 0, 1, 2], [1.0, 2.0, 3.0, 4.0], ["(4,)", "shapes"]),
        ([[2], [0], [1], [2]], [[1.0], [2.0], [3.0], [4.0]], ["(4, 1)", "shapes"]),
        ([[2], [0], [1], [2]], [1.0], ["(4, 1)", "(1,)"]),
    ],
    ids=["action_missing", "one_for_all", "actions_flat", "advantages_in_a_column", "one_advantage"],
)
def test_shapes_that_do_not_fit_are_refused(solution, device, actions, advantages, message):
    for part in message:
        actions_there = torch.tensor(actions, device=device)
        refused(solution, device, ValueError, part, actions_there, tensor(advantages, device))


@pytest.mark.parametrize(("step", "action"), [(0, 3), (2, -1), (3, 7)])
def test_an_action_that_does_not_exist_is_refused(solution, device, step, action):
    actions = column([2, 0, 1, 2], device)
    actions[step] = action
    for part in (f"step {step}", f"no action {action}"):
        refused(solution, device, IndexError, part, actions, tensor([1.0] * 4, device))


def refused(module, device, error, message, actions, advantages):
    """Nothing may have changed after the refusal: neither parameters nor gradients, bit by bit."""
    policy, states, *_ = five_steps(device)
    for parameter in policy.parameters():
        parameter.grad = torch.full_like(parameter, 0.125).detach()
    before = [p.detach().clone() for p in policy.parameters()]
    with raises(error, message, "steps that do not fit"):
        module.policy_loss(policy, states[:4], actions, advantages)
    for parameter, old in zip(policy.parameters(), before, strict=True):
        equal(parameter.detach(), old, "the policy after a refusal")
        equal(parameter.grad, torch.full_like(old, 0.125), "gradient of the policy after a refusal")


# The documented failure


def test_every_room_is_taught_the_actions_of_all_rooms(broken, device, evidence):
    report, checkpoint = compare_gradient(broken, device)
    evidence(report, **CLAIM, checkpoint=checkpoint)
    # In each room J / 2 * (pi - f), where f = (3, 2, 3) / 8 is how often each action was taken in both.
    want = [[-0.171875, 0.078125], [0.0, 0.0], [0.171875, -0.078125]]
    close(report.autograd, want, "gradient of eight steps in two rooms")
    close(report.autograd_error, 1.3473, "relative error of the gradient", rtol=0.0, atol=5e-5)


def test_the_policy_rests_when_it_does_the_same_in_both_rooms(broken, device):
    policy, states, actions, advantages = three_and_one(device)
    with torch.no_grad():
        policy.weight.copy_(tensor([[0.75, 0.75], [0.25, 0.25]], device).log())
    loss = broken.policy_loss(policy, states, actions, advantages)
    (gradient,) = torch.autograd.grad(loss, policy.weight)
    close(gradient, [[0.0, 0.0]] * 2, "gradient where action 0 has 0.75 in both rooms", rtol=0.0, atol=1e-12)


def test_a_bad_action_becomes_more_likely(broken, device):
    policy, states, actions, _ = three_and_one(device)
    loss = broken.policy_loss(policy, states, actions, tensor([1.0, 1.0, 1.0, -1.0], device))
    (gradient,) = torch.autograd.grad(loss, policy.weight)
    probability = torch.softmax((policy.weight - gradient)[:, 1].detach(), 0)[1].item()
    close(probability, 0.531, "probability of the action that was bad", rtol=0.0, atol=5e-4)
