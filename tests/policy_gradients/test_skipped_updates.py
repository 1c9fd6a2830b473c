"""REINFORCE with several episodes per update: `train` takes the gradient of the mean over all of them.

The policy is a table of logits. On paper, every step of an episode adds G (pi - e_a) to the row of its
state, where e_a is 1 at the action taken, else 0. In the first batch below the ten episodes hold every
action as often as pi says, so that their mean is the expectation, -pi * (r - J). What `train` applied is
read off theta: where it was, less where it is, over lr.
"""

import pytest
import torch

from torchkata import gradients, mdp
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

PROBABILITIES, REWARDS = [0.2, 0.3, 0.5], [1.0, 2.0, 4.0]  # J = 2.8
ACTIONS = [0, 0, 1, 1, 1, 2, 2, 2, 2, 2]
LR = 0.5

CLAIM = {
    "claim": "the gradient applied for a batch equals the mean over its episodes",
    "oracle": "closed form -pi * (r - J), every action as often as pi says",
    "config": {"probabilities": PROBABILITIES, "rewards": REWARDS, "episodes": ACTIONS, "lr": LR},
}


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def arms(device):
    return tensor([PROBABILITIES], device).log().requires_grad_()


def pulls(actions, device):
    """One-step episodes of the bandit, one for each of these actions."""
    return [
        (
            torch.tensor([0], device=device),
            torch.tensor([action], device=device),
            tensor([REWARDS[action]], device),
        )
        for action in actions
    ]


def rooms(device):
    """A table of two states and three actions, and six episodes of one to three steps."""
    theta = tensor([[0.5, -0.25, 0.0], [-1.0, 0.25, 0.75]], device).requires_grad_()
    numbers = [
        ([0, 1], [2, 0], [1.5, -0.5]),
        ([1], [1], [2.25]),
        ([0, 0, 1], [0, 1, 2], [3.0, -1.0, 0.3]),
        ([1, 0], [2, 2], [0.7, 4.0]),
        ([0], [1], [-2.0]),
        ([1, 1], [0, 1], [1.1, -0.6]),
    ]
    episodes = [
        (torch.tensor(s, device=device), torch.tensor(a, device=device), tensor(g, device))
        for s, a, g in numbers
    ]
    return theta, episodes


def slope(theta, batch):
    """The loss of a batch and its gradient at theta, on paper, step by step."""
    theta = theta.detach()
    pi, gradient, loss = torch.softmax(theta, 1), torch.zeros_like(theta), 0.0
    for episode in batch:
        for s, a, g in zip(*(values.tolist() for values in episode), strict=True):
            gradient[s] += g * pi[s] / len(batch)
            gradient[s, a] -= g / len(batch)
            loss -= g * pi[s, a].log().item() / len(batch)
    return loss, gradient


def applied(module, theta, batch, lr=LR):
    before = theta.detach().clone()
    module.train(theta, [batch], lr)
    return (before - theta.detach()) / lr


def compare_one_update(module, device):
    """What one update of the bandit applied, beside -pi * (r - J) and finite differences of -J."""

    def minus_expected_reward(at):
        return -(torch.softmax(at[0], 0) * tensor(REWARDS, device)).sum()

    theta = arms(device)
    numeric = gradients.central_difference(minus_expected_reward, theta.detach())
    got = applied(module, theta, pulls(ACTIONS, device))
    report = gradients.compare(
        got,
        analytic=tensor([[0.36, 0.24, -0.6]], device),
        numeric=numeric,
        what="gradient applied for a batch of ten episodes",
    )
    return report, theta


def average_over_all_pairs(module, device):
    """What `train` applies for two episodes, averaged over all pairs; and -dJ/dtheta.

    In `mdp.delayed_credit` the first action decides what the second step pays.
    """
    problem = mdp.delayed_credit()
    theta = tensor([[0.3, -0.2], [-0.5, 0.4], [0.1, 0.6]], device).requires_grad_()
    (want,) = torch.autograd.grad(-problem.expected_return(theta), theta)
    episodes = []
    for probability, steps in problem.trajectories(theta):
        returns = mdp.reward_to_go([step.reward for step in steps], problem.gamma)
        states = torch.tensor([step.state for step in steps], device=device)
        actions = torch.tensor([step.action for step in steps], device=device)
        episodes.append((probability, (states, actions, tensor(returns, device))))
    total = torch.zeros_like(want)
    for first, one in episodes:
        for second, other in episodes:
            copy = theta.detach().clone().requires_grad_()
            total += first * second * applied(module, copy, [one, other])
    return total, want


# What train promises


def test_every_episode_of_a_batch_counts(solution, device, evidence):
    report, theta = compare_one_update(solution, device)
    evidence(report, **CLAIM, checkpoint={"theta": theta.detach()})
    report.require()


@pytest.mark.parametrize("order", ["reversed", "rotated"])
def test_the_order_of_the_episodes_makes_no_difference(solution, device, order):
    actions = ACTIONS[::-1] if order == "reversed" else ACTIONS[4:] + ACTIONS[:4]
    got = applied(solution, arms(device), pulls(actions, device))
    close(got, [[0.36, 0.24, -0.6]], f"gradient applied for the ten episodes, {order}")


@pytest.mark.parametrize(("size", "lr"), [(2, 0.25), (3, 1.0), (6, 4.0)])
def test_long_and_short_episodes_add_up_to_their_mean(solution, device, size, lr):
    theta, episodes = rooms(device)
    _, want = slope(theta, episodes[:size])
    got = applied(solution, theta, episodes[:size], lr)
    close(got, want, f"gradient applied for {size} episodes, lr {lr}")


def test_four_batches_of_unequal_size_follow_the_formula(solution, device):
    theta, episodes = rooms(device)
    batches = [episodes[:3], episodes[3:4], episodes[4:], episodes[1:5]]
    want, want_losses = theta.detach().clone(), []
    for batch in batches:
        loss, gradient = slope(want, batch)
        want_losses.append(loss)
        want -= 0.125 * gradient
    losses = solution.train(theta, batches, lr=0.125)
    close(losses, want_losses, "losses of 4 batches")
    close(theta.detach(), want, "theta after 4 batches", rtol=1e-10, atol=1e-12)


def test_a_run_split_over_two_calls_ends_in_the_same_place(solution, device):
    theta, episodes = rooms(device)
    want = theta.detach().clone()
    for batch in (episodes[:2], episodes[2:5]):
        want -= LR * slope(want, batch)[1]
    solution.train(theta, [episodes[:2]], lr=LR)
    solution.train(theta, [episodes[2:5]], lr=LR)
    close(theta.detach(), want, "theta after 2 calls of 1 batch each")


def test_on_average_over_all_pairs_the_update_is_the_slope(solution, device):
    got, want = average_over_all_pairs(solution, device)
    close(got, want, "update for two episodes, averaged over all pairs, per lr", rtol=1e-10, atol=1e-12)


# What already works and must stay


def test_one_episode_alone_is_learned_right(solution, device):
    theta, episodes = rooms(device)
    for number, episode in enumerate(episodes, start=1):
        copy = theta.detach().clone().requires_grad_()
        close(
            applied(solution, copy, [episode]),
            slope(theta, [episode])[1],
            f"gradient of episode {number} alone",
        )


def test_the_loss_is_the_mean_over_the_episodes(solution, device):
    theta, episodes = rooms(device)
    want, _ = slope(theta, episodes[:4])
    close(solution.train(theta, [episodes[:4]], lr=LR), [want], "loss of a batch of 4 episodes")


def test_no_batches_change_nothing(solution, device):
    theta = arms(device)
    equal(solution.train(theta, [], lr=LR), [], "losses of no batches")
    equal(theta.detach(), arms(device).detach(), "theta after no batches")


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ([], ["no episodes"]),
        ([([0, 1], [2, 0], [1.5])], ["(2,)", "(1,)"]),
        ([([0, 1], [2], [1.5, 0.5])], ["(2,)", "(1,)"]),
        ([([0], [1], [2.0]), ([0, 1], [2, 0], [[1.5], [0.5]])], ["(2,)", "(2, 1)"]),
        ([([], [], [])], ["empty episode"]),
    ],
    ids=["no_episodes", "return_missing", "action_missing", "returns_in_a_column", "no_steps"],
)
def test_batches_that_make_no_sense_are_refused_and_nothing_moves(solution, device, numbers, message):
    bad = [
        (
            torch.tensor(s, dtype=torch.int64, device=device),
            torch.tensor(a, dtype=torch.int64, device=device),
            tensor(g, device),
        )
        for s, a, g in numbers
    ]
    for part in message:
        theta, episodes = rooms(device)
        theta.grad = torch.full_like(theta, 0.125).detach()
        with raises(ValueError, part, "a batch that makes no sense, behind a good one"):
            solution.train(theta, [episodes, bad], lr=LR)
        equal(theta.detach(), rooms(device)[0].detach(), "theta after a refusal")
        equal(theta.grad, torch.full_like(theta, 0.125), "theta.grad after a refusal")


# The documented failure


def test_only_the_last_episode_of_a_batch_counts(broken, device, evidence):
    report, theta = compare_one_update(broken, device)
    evidence(report, **CLAIM, checkpoint={"theta": theta.detach()})
    # A tenth of 4 * (pi - e_2), the last episode alone.
    close(report.autograd, [[0.08, 0.12, -0.2]], "gradient applied for ten episodes")
    close(report.autograd_error, 0.6797, "relative error of the gradient applied", rtol=0.0, atol=5e-5)


def test_reversed_the_same_episodes_teach_the_opposite(broken, device):
    got = applied(broken, arms(device), pulls(ACTIONS[::-1], device))
    # A tenth of 1 * (pi - e_0): the worst arm becomes likelier.
    close(got, [[-0.08, 0.03, 0.05]], "gradient applied for the ten episodes, reversed")


def test_on_average_the_update_has_the_right_direction_and_half_the_length(broken, device):
    got, want = average_over_all_pairs(broken, device)
    close(got, want / 2, "update for two episodes, averaged over all pairs, per lr", rtol=1e-10, atol=1e-12)
