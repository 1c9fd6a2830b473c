"""One step of TD(0): `td_step` moves the value of a state towards reward + gamma * value of the next state.

The gradient is mean((V(s) - y) * dV(s)) with the targets y as constants. The small problem below has
four equally likely transitions: the start leads to one of two states by chance, the first pays 1 and
the second nothing, and both are the end. So the values are (.5, 1, 0), and a batch of all four is the
expectation. Finite differences are taken of the same loss with its targets frozen.
"""

import math

import pytest
import torch

from torchkata import gradients, mdp
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

LR = 0.5
GUESS = [0.25, 0.75, -0.5]

CLAIM = {
    "claim": "the gradient of the critic is the mean of (V(s) - y) * dV(s), the targets y being constants",
    "oracle": "closed form of the semi-gradient at V = (.25, .75, -.5)",
    "config": {"problem": "a_split", "values": GUESS, "gamma": 0.5, "lr": LR},
}


def tensor(values, device, dtype=torch.float64):
    return torch.tensor(values, dtype=dtype, device=device)


def table(values, device):
    """A critic with one weight per state, for states written as rows of the identity matrix."""
    critic = torch.nn.Linear(len(values), 1, bias=False, dtype=torch.float64, device=device)
    with torch.no_grad():
        critic.weight.copy_(tensor([values], device))
    return critic


def every_transition(device):
    """All transitions of the split, each as often as it happens."""
    rows = torch.eye(3, dtype=torch.float64, device=device)
    found = []
    for probability, steps in mdp.a_split().trajectories(torch.zeros(3, 1, dtype=torch.float64)):
        equal(probability, 0.5, "probability of each of the two episodes")
        after = [*steps[1:], steps[-1]]
        found += [(step.state, step.reward, later.state, step.done) for step, later in zip(steps, after)]
    states, rewards, next_states, ends = zip(*found)
    return (
        rows[list(states)],
        tensor(rewards, device),
        rows[list(next_states)],
        torch.tensor(ends, device=device),
    )


def compare_gradient_on_the_split(module, device):
    """The critic's gradient after one step with gamma 1/2, beside the one on paper."""
    states, rewards, next_states, terminated = every_transition(device)
    critic = table(GUESS, device)
    optimizer = torch.optim.SGD(critic.parameters(), lr=LR)
    module.td_step(critic, optimizer, states, rewards, next_states, terminated, 0.5)
    start, one, two = GUESS
    # A quarter each: start to one, start to two, one to its end with 1, two to its end with nothing.
    targets = rewards + 0.5 * (next_states @ tensor(GUESS, device)) * (~terminated)

    def frozen(weight):
        return 0.5 * (states @ weight[0] - targets).pow(2).mean()

    return gradients.compare(
        critic.weight.grad,
        analytic=tensor([[(2 * start - 0.5 * one - 0.5 * two) / 4, (one - 1) / 4, two / 4]], device),
        numeric=gradients.central_difference(frozen, tensor([GUESS], device)),
        what="gradient of the critic on the split",
    )


def settle(module, device, gamma=1.0, updates=90):
    """The values that the critic ends with, and the loss of its last update."""
    batch = every_transition(device)
    critic = table([0.0, 0.0, 0.0], device)
    optimizer = torch.optim.SGD(critic.parameters(), lr=2.0)
    for _ in range(updates):
        loss = module.td_step(critic, optimizer, *batch, gamma)
    return critic.weight.detach(), loss


def network(device):
    """A critic that shares its weights between all states; nothing in it is square."""
    critic = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh(), torch.nn.Linear(3, 1))
    critic.to(device, torch.float64)
    with torch.no_grad():
        for k, parameter in enumerate(critic.parameters()):
            numbers = torch.arange(parameter.numel(), dtype=torch.float64, device=device)
            parameter.copy_(torch.sin(1.0 + k + numbers).reshape(parameter.shape))
    return critic


def five_transitions(device):
    states = tensor([[1.0, 0.0], [0.5, 2.0], [-1.0, 1.0], [0.25, -0.5], [0.0, -2.0]], device)
    next_states = tensor([[0.5, 2.0], [-1.0, 1.0], [3.0, -3.0], [0.0, -2.0], [0.5, 0.5]], device)
    rewards = tensor([1.0, -0.3, 2.0, 0.0, 0.7], device)
    terminated = torch.tensor([False, False, True, False, False], device=device)
    return states, rewards, next_states, terminated


def expected_gradients(critic, states, rewards, next_states, terminated, gamma):
    """The gradient of each parameter, with targets that are plain numbers; and the loss."""
    with torch.no_grad():
        later = critic(next_states).squeeze(1).tolist()
    targets = [
        reward if over else reward + gamma * value
        for reward, value, over in zip(rewards.tolist(), later, terminated.tolist(), strict=True)
    ]
    values = critic(states).squeeze(1)
    errors = values - tensor(targets, values.device)
    weights = errors.detach() / len(targets)
    wanted = torch.autograd.grad((weights * values).sum(), list(critic.parameters()))
    return wanted, sum(e * e for e in errors.tolist()) / (2 * len(targets)), targets


# What td_step promises


def test_the_gradient_takes_the_targets_for_constants(solution, device, evidence):
    report = compare_gradient_on_the_split(solution, device)
    evidence(report, **CLAIM)
    report.require()


@pytest.mark.parametrize("gamma", [1.0, 0.5])
def test_the_critic_settles_on_the_true_values(solution, device, gamma):
    values, loss = settle(solution, device, gamma)
    close(values, [[0.5 * gamma, 1.0, 0.0]], f"values after 90 updates, gamma {gamma}")
    # Only the start is unsure: it is off by gamma/2 whichever way it goes.
    close(loss, 0.5 * 2 / 4 * (gamma / 2) ** 2, f"loss at the true values, gamma {gamma}")


@pytest.mark.parametrize("gamma", [0.9, 0.25, 0.0])
def test_a_network_that_knows_both_states_is_trained_through_the_first(solution, device, gamma):
    critic, batch = network(device), five_transitions(device)
    optimizer = torch.optim.SGD(critic.parameters(), lr=LR)
    wanted, wanted_loss, targets = expected_gradients(critic, *batch, gamma)
    before = [p.detach().clone() for p in critic.parameters()]

    def frozen(weight):
        hidden = torch.tanh(batch[0] @ weight.T + before[1])
        values = (hidden @ before[2].T + before[3]).squeeze(1)
        return 0.5 * (values - tensor(targets, device)).pow(2).mean()

    numeric = gradients.central_difference(frozen, before[0])
    loss = solution.td_step(critic, optimizer, *batch, gamma)
    gradients.compare(
        critic[0].weight.grad,
        analytic=wanted[0],
        numeric=numeric,
        what=f"first weight's gradient, gamma {gamma}",
    ).require()
    close(loss, wanted_loss, f"loss of five transitions, gamma {gamma}")
    for (name, parameter), old, gradient in zip(critic.named_parameters(), before, wanted, strict=True):
        close(parameter.grad, gradient, f"gradient of {name}, gamma {gamma}")
        close(parameter.detach(), old - LR * gradient, f"{name} after the step, gamma {gamma}")


def test_four_steps_in_a_row_follow_the_formula(solution, device):
    critic, twin, batch = network(device), network(device), five_transitions(device)
    optimizer = torch.optim.SGD(critic.parameters(), lr=0.125)
    for k in range(1, 5):
        some = [part[:k] for part in batch]  # batches of one to four transitions
        wanted, _, _ = expected_gradients(twin, *some, 0.9)
        solution.td_step(critic, optimizer, *some, 0.9)
        with torch.no_grad():
            for (name, got), expected, gradient in zip(critic.named_parameters(), twin.parameters(), wanted):
                expected -= 0.125 * gradient
                close(got.detach(), expected, f"{name} after step {k}")


# What already works and must stay


def test_the_loss_is_half_the_mean_square_of_the_errors(solution, device):
    states, rewards, next_states, terminated = every_transition(device)
    critic = table([0.5, 1.0, 0.0], device)
    optimizer = torch.optim.SGD(critic.parameters(), lr=LR)
    loss = solution.td_step(critic, optimizer, states, rewards, next_states, terminated, 1.0)
    close(loss, 0.0625, "loss at the true values of the split")


def test_where_the_episode_is_over_only_the_reward_counts(solution, device):
    critic = table([2.0, 8.0], device)
    rows = torch.eye(2, dtype=torch.float64, device=device)
    optimizer = torch.optim.SGD(critic.parameters(), lr=LR)
    over = torch.tensor([True], device=device)
    solution.td_step(critic, optimizer, rows[:1], tensor([3.0], device), rows[1:], over, 0.9)
    close(
        critic.weight.detach(), [[2.0 + LR * (3.0 - 2.0), 8.0]], "values after a last transition that pays 3"
    )


def test_old_gradients_do_not_count(solution, device):
    critic = table([2.0, 8.0], device)
    critic.weight.grad = tensor([[5.0, 5.0]], device)
    rows = torch.eye(2, dtype=torch.float64, device=device)
    optimizer = torch.optim.SGD(critic.parameters(), lr=LR)
    over = torch.tensor([True], device=device)
    solution.td_step(critic, optimizer, rows[:1], tensor([3.0], device), rows[1:], over, 0.9)
    close(critic.weight.grad, [[-1.0, 0.0]], "gradient beside an old one of 5")


def test_the_step_is_left_to_the_optimizer(solution, device):
    critic = table([2.0, 8.0], device)
    rows = torch.eye(2, dtype=torch.float64, device=device)
    optimizer = torch.optim.SGD(critic.parameters(), lr=LR, momentum=0.5)
    over = torch.tensor([True], device=device)
    for value in (2.5, 3.0):  # 2 + 0.5 * 1, then 2.5 + 0.5 * (0.5 + 0.5 * 1)
        solution.td_step(critic, optimizer, rows[:1], tensor([3.0], device), rows[1:], over, 0.9)
        close(critic.weight.detach(), [[value, 8.0]], "values with an optimizer that has momentum 0.5")


@pytest.mark.parametrize(
    ("rewards", "part"),
    [
        ([1.0, 2.0, 3.0], ["(3,)", "(5,)"]),
        ([1.0], ["(1,)", "(5,)"]),
        ([[1.0], [2.0], [3.0], [4.0], [5.0]], ["(5, 1)", "(5,)"]),
        ([1.0, 2.0, math.nan, 4.0, 5.0], ["rewards[2]", "nan"]),
        ([-math.inf, 2.0, 3.0, 4.0, 5.0], ["rewards[0]", "inf"]),
    ],
    ids=["two_missing", "one_for_all", "in_a_column", "nan", "inf"],
)
def test_rewards_that_make_no_sense_are_refused(solution, device, rewards, part):
    states, _, next_states, terminated = five_transitions(device)
    for words in part:
        refused(solution, (states, tensor(rewards, device), next_states, terminated), words)


def test_an_empty_batch_is_refused(solution, device):
    refused(solution, [part[:0] for part in five_transitions(device)], "empty")


def refused(solution, batch, words):
    """Nothing may have changed after the refusal: neither parameters nor gradients, bit by bit."""
    critic = network(batch[0].device)
    optimizer = torch.optim.SGD(critic.parameters(), lr=LR)
    before = [p.detach().clone() for p in critic.parameters()]
    for parameter in critic.parameters():
        parameter.grad = torch.full_like(parameter, 0.125).detach()
    with raises(ValueError, words, "a batch that makes no sense"):
        solution.td_step(critic, optimizer, *batch, 0.9)
    for (name, parameter), old in zip(critic.named_parameters(), before, strict=True):
        equal(parameter.detach(), old, f"{name} after a refusal")
        equal(parameter.grad, torch.full_like(old, 0.125), f"gradient of {name} after a refusal")


# The documented failure


def test_the_gradient_comes_from_both_ends_of_a_transition(broken, device, evidence):
    report = compare_gradient_on_the_split(broken, device)
    evidence(report, **CLAIM)
    start, one, two = GUESS
    # Each transition out of the start adds -gamma * (V(s) - y) / 4 to the state that it leads to.
    extra = [-0.5 * (start - 0.5 * one) / 4, -0.5 * (start - 0.5 * two) / 4]
    right = [(2 * start - 0.5 * one - 0.5 * two) / 4, (one - 1) / 4, two / 4]
    close(
        report.autograd,
        tensor([[right[0], right[1] + extra[0], right[2] + extra[1]]], device),
        "gradient of the critic on the split",
    )
    length = math.sqrt(sum(x * x for x in extra)) / math.sqrt(sum(x * x for x in right))
    close(report.autograd_error, length, "relative error of that gradient")


def test_nothing_is_raised_and_two_states_settle_half_way(broken, device):
    values, loss = settle(broken, device)
    close(values, [[0.5, 0.75, 0.25]], "values after 90 updates")
    close(loss, 0.03125, "loss after 90 updates, half of that at the true values")
