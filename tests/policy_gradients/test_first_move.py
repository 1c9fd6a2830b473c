"""REINFORCE: on average over the episodes, the gradient of `policy_loss` is that of -J.

J is the expected sum of rewards. Every episode that a small problem allows is listed with its
probability, so that the average is exact. One episode alone need not show any particular gradient:
there are several right ways to give credit, which agree on average.
"""

import math

import pytest
import torch

from torchkata import gradients, mdp
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

FIRST = [0.25, 0.75]  # the first action; in the second step all is equal

CLAIM = {
    "claim": "on average over the episodes the gradient of the loss is -dJ/dlogits",
    "oracle": "closed form p0 * p1 * (-1, 1) in the first state, 0 in the others",
    "config": {"problem": "delayed_credit", "gamma": 1.0, "first_action": FIRST},
}


def tensor(values, device, dtype=torch.float64):
    return torch.tensor(values, dtype=dtype, device=device)


def doors(device, dtype=torch.float64):
    """The policy of the two doors: one row of logits per state."""
    return tensor([FIRST, [0.5, 0.5], [0.5, 0.5]], device).log().to(dtype).requires_grad_()


def average_gradient(module, problem, table, device, rewards_as=torch.float64):
    """The gradient of the loss for `table`, averaged over every episode of the problem."""

    def loss(steps):
        actions = tensor([step.action for step in steps], device, torch.int64)
        rewards = tensor([step.reward for step in steps], device, rewards_as)
        return module.policy_loss(table[[step.state for step in steps]], actions, rewards)

    return mdp.expected_gradient(loss, [table], problem.trajectories(table.double()))[0]


def compare(module, problem, table, device, what, analytic=None):
    """That average beside -dJ: on paper or by backward induction, and by finite differences of J."""
    if analytic is None:
        analytic = -torch.autograd.grad(problem.expected_return(table), table)[0]
    return gradients.compare(
        average_gradient(module, problem, table, device),
        analytic=analytic,
        numeric=-gradients.central_difference(problem.expected_return, table.detach()),
        what=what,
    )


def two_doors(module, device):
    """Behind one door waits a room where both actions pay 1, behind the other a room where none does."""
    slope = FIRST[0] * FIRST[1]
    return compare(
        module,
        mdp.delayed_credit(),
        doors(device),
        device,
        "gradient for the two doors, averaged over all episodes",
        analytic=tensor([[-slope, slope], [0.0, 0.0], [0.0, 0.0]], device),
    )


# What policy_loss promises


def test_the_first_action_is_credited_with_what_it_makes_possible(solution, device, evidence):
    report = two_doors(solution, device)
    evidence(report, **CLAIM)
    report.require()


@pytest.mark.parametrize("horizon", [2, 3, 4])
def test_where_chance_and_choice_mix_the_average_is_right(solution, device, horizon):
    problem = mdp.two_states(horizon=horizon, gamma=1.0)
    table = tensor([[0.25, -0.5], [0.0, 0.75]], device).requires_grad_()
    what = f"gradient averaged over all episodes of up to {horizon} steps"
    compare(solution, problem, table, device, what).require()


def test_a_longer_episode_counts_like_a_short_one(solution, device):
    table = torch.zeros(2, 2, dtype=torch.float64, device=device, requires_grad=True)
    # Equal chances of an end at once, which pays 1, and two steps that pay 1.5: p0 p1 (1 - 1.5) (-1, 1)
    analytic = tensor([[0.125, -0.125], [0.0, 0.0]], device)
    what = "gradient averaged over a short and a long way"
    compare(solution, mdp.variable_length(), table, device, what, analytic).require()


def test_a_loss_that_comes_late_counts_like_a_gain(solution, device):
    table = torch.zeros(3, 2, dtype=torch.float64, device=device, requires_grad=True)
    problem = mdp.variable_length(short=0.0, long=(2.0, 0.5, -8.0))  # in the end it has lost 5.5
    analytic = tensor([[-1.375, 1.375], [0.0, 0.0], [0.0, 0.0]], device)
    what = "gradient for a way that ends badly, averaged over all episodes"
    compare(solution, problem, table, device, what, analytic).require()


def test_a_way_of_thirty_steps_counts_to_its_end(solution, device):
    logits = [[0.0, 0.0]] + [[0.0, -1000.0]] * 29  # beyond the first step there is one thing to do
    table = tensor(logits, device).requires_grad_()
    problem = mdp.variable_length(short=10.0, long=(1.0,) * 30)
    wanted = [[5.0, -5.0]] + [[0.0, 0.0]] * 29  # p0 p1 (30 - 10) (1, -1)
    got = average_gradient(solution, problem, table, device)
    close(got, wanted, "gradient for a way of 30 steps that pay 1, averaged over all episodes")


def test_whole_number_rewards_and_single_precision_count_like_others(solution, device):
    slope = FIRST[0] * FIRST[1]
    wanted = tensor([[-slope, slope], [0.0, 0.0], [0.0, 0.0]], device, torch.float32)
    for rewards_as in (torch.int64, torch.float64):
        table = doors(device, torch.float32)
        got = average_gradient(solution, mdp.delayed_credit(), table, device, rewards_as)
        close(got, wanted, f"gradient for the two doors in float32, rewards {rewards_as}")
        logits, actions = doors(device, torch.float32)[:2], tensor([0, 1], device, torch.int64)
        loss = solution.policy_loss(logits, actions, tensor([1, 2], device, rewards_as))
        equal(str(loss.dtype), "torch.float32", f"dtype of the loss for float32 logits, rewards {rewards_as}")


# What already works and must stay


def test_an_episode_of_one_step_is_a_bandit(solution, device):
    table = tensor([[0.2, 0.3, 0.5]], device).log().requires_grad_()
    analytic = tensor([[0.36, 0.24, -0.6]], device)  # -pi (r - J), J = 2.8
    what = "gradient of a bandit, averaged over its arms"
    compare(solution, mdp.bandit(), table, device, what, analytic).require()


def test_where_every_step_pays_for_itself_the_average_is_right(solution, device):
    problem = mdp.independent_chain()
    table = tensor([[0.5, -0.25], [0.0, 1.0]], device).requires_grad_()
    compare(solution, problem, table, device, "gradient where no step decides on another").require()


def test_the_loss_is_a_scalar_and_backward_is_left_to_the_caller(solution, device):
    table = doors(device)
    loss = solution.policy_loss(table[:2], tensor([0, 1], device, torch.int64), tensor([1.0, 2.0], device))
    equal(tuple(loss.shape), (), "shape of the loss")
    equal(table.grad, None, "gradient before anybody called backward()")


@pytest.mark.parametrize(
    ("actions", "rewards", "message"),
    [
        ([0, 1], [1.0, 2.0, 3.0], ["(2,)", "(3, 2)"]),
        ([0, 1, 0], [1.0], ["(1,)", "(3, 2)"]),
        ([0, 1, 0], [[1.0], [2.0], [3.0]], ["(3, 1)", "(3, 2)"]),
        ([[0], [1], [0]], [1.0, 2.0, 3.0], ["(3, 1)", "(3, 2)"]),
    ],
    ids=["action_missing", "one_reward_for_all", "rewards_in_a_column", "actions_in_a_column"],
)
def test_numbers_that_do_not_fit_are_refused(solution, device, actions, rewards, message):
    for part in message:
        refused(solution, device, actions, rewards, part, steps=3)


def test_an_empty_episode_is_refused(solution, device):
    refused(solution, device, [], [], "empty", steps=0)


def refused(module, device, actions, rewards, message, steps):
    """No `.grad` may have changed after the refusal, nor the policy itself."""
    table = doors(device)
    table.grad = torch.full_like(table, 0.125).detach()
    actions = tensor(actions, device, torch.int64)
    with raises(ValueError, message, "an episode that makes no sense"):
        module.policy_loss(table[:steps], actions, tensor(rewards, device))
    equal(table.detach(), doors(device).detach(), "the policy after a refusal")
    equal(table.grad, torch.full_like(table, 0.125).detach(), "its gradient after a refusal")


# The documented failure


def test_the_first_action_learns_nothing_from_what_it_has_caused(broken, device, evidence):
    report = two_doors(broken, device)
    evidence(report, **CLAIM)
    nothing = torch.zeros(3, 2, dtype=torch.float64, device=device)
    close(report.autograd, nothing, "gradient for the two doors, averaged over all episodes")
    close(report.autograd_error, 1.0, "relative error of a gradient that is zero")


def test_the_way_that_ends_badly_looks_good(broken, device):
    table = torch.zeros(3, 2, dtype=torch.float64, device=device, requires_grad=True)
    problem = mdp.variable_length(short=0.0, long=(2.0, 0.5, -8.0))
    got = average_gradient(broken, problem, table, device)
    # The first action counts the 2 that it is paid at once: p0 p1 (0 - 2) (-1, 1)
    wanted = [[0.5, -0.5], [0.0, 0.0], [0.0, 0.0]]
    close(got, wanted, "gradient for a way that ends badly, averaged over all episodes")


def test_each_action_learns_from_its_own_reward_alone(broken, device):
    table, rewards = doors(device), tensor([0.0, 2.0, 4.0], device)
    loss = broken.policy_loss(table, tensor([0, 1, 0], device, torch.int64), rewards)
    close(loss.item(), -6 * math.log(0.5), "loss of one episode")
    loss.backward()
    close(table.grad, [[0.0, 0.0], [1.0, -1.0], [-2.0, 2.0]], "gradient of one episode")
