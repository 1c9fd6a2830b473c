"""Targets for a critic: `value_targets` ends a return where the game is over, not where it was only cut off.

With n steps left in the episode of step t, G_t = r_t + gamma r_(t+1) + ... + gamma^n V, where V is 0 if
the game is over after them, and else the critic's value of the state that the last one led to. The
tests write out this sum. In a game that pays 1 for ever every state is worth 1 / (1 - gamma), and a
critic that knows it must be given its own value back, wherever a time limit cuts.
"""

import math

import pytest
import torch

from torchkata import gradients, mdp
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

GAMMA, LIMIT, VALUE = 0.9, 5, 7.0

CLAIM = {
    "claim": "a critic that thinks 7 is pulled up by each of the steps before the time limit",
    "oracle": "closed form mean over n = 1..5 of 7 - (1 - gamma^n) / (1 - gamma) - 7 gamma^n",
    "config": {"problem": "time_limit", "reward": 1.0, "gamma": GAMMA, "limit": LIMIT, "value": VALUE},
}


def tensor(values, device, dtype=torch.float64):
    return torch.tensor(values, dtype=dtype, device=device)


def flags(indices, steps, device):
    return torch.tensor([t in indices for t in range(steps)], device=device)


def targets_of(module, rewards, next_values, over, cut, gamma, device):
    steps = len(rewards)
    return module.value_targets(
        tensor(rewards, device),
        tensor(next_values, device),
        flags(over, steps, device),
        flags(cut, steps, device),
        gamma,
    )


def written_out(rewards, next_values, over, cut, gamma):
    """Every target as its own sum, without a recursion."""
    found = []
    for t in range(len(rewards)):
        last = next(k for k in range(t, len(rewards)) if k in over or k in cut or k == len(rewards) - 1)
        total = sum(gamma ** (k - t) * rewards[k] for k in range(t, last + 1))
        found.append(total + (0.0 if last in over else gamma ** (last + 1 - t) * next_values[last]))
    return found


def compare_pull(module, device):
    """The gradient of a critic of one number, at 7, from two episodes that the limit cut off."""
    value = torch.tensor(VALUE, dtype=torch.float64, device=device, requires_grad=True)
    cut = [LIMIT - 1, 2 * LIMIT - 1]
    targets = targets_of(module, [1.0] * 10, [VALUE] * 10, [], cut, GAMMA, device)
    (found,) = torch.autograd.grad(0.5 * (value - targets).pow(2).mean(), value)
    wanted = [(1 - GAMMA**n) / (1 - GAMMA) + GAMMA**n * VALUE for n in range(1, LIMIT + 1)]
    return gradients.compare(
        found,
        analytic=tensor(VALUE - sum(wanted) / LIMIT, device),
        numeric=gradients.central_difference(
            lambda v: 0.5 * sum((v - y) ** 2 for y in wanted) / LIMIT, tensor(VALUE, device)
        ),
        what="gradient of the critic's value at 7",
    )


# What value_targets promises


def test_a_critic_is_pulled_towards_what_the_state_is_worth(solution, device, evidence):
    report = compare_pull(solution, device)
    evidence(report, **CLAIM)
    report.require()


@pytest.mark.parametrize("limit", [1, 2, 5, 10])
@pytest.mark.parametrize("gamma", [0.9, 0.5])
def test_wherever_the_limit_cuts_a_right_critic_gets_its_values_back(solution, device, limit, gamma):
    worth, _ = mdp.time_limit(gamma=gamma, limit=limit)
    cut = [t for t in range(10) if t % limit == limit - 1]
    got = targets_of(solution, [1.0] * 10, [worth] * 10, [], cut, gamma, device)
    close(got, [worth] * 10, f"targets of ten steps, cut after every {limit}, gamma {gamma}")


def test_an_episode_that_was_cut_off_does_not_go_on_with_the_next_one(solution, device):
    # The first step of an episode pays nothing, all others pay 1: the start is worth 9, the rest 10.
    got = targets_of(solution, [0.0, 1.0, 1.0] * 2, [10.0] * 6, [], [2, 5], 0.9, device)
    close(got, [9.0, 10.0, 10.0] * 2, "targets of two episodes that were cut off")


@pytest.mark.parametrize("gamma", [1.0, 0.9, 0.25, 0.0])
def test_games_that_end_and_games_that_are_cut_off_stand_side_by_side(solution, device, gamma):
    rewards = [1.0, -0.3, 2.0, 0.0, 0.7, 4.0, 0.1, -1.0, 0.5]
    next_values = [3.0, -2.0, 0.6, 8.0, 5.0, -0.7, 1.1, 2.3, 0.9]
    for over, cut in ([2, 6], [4]), ([4], [2, 6]), ([0, 1], [2, 3]), ([8], [1]), ([1], [8]), ([], range(9)):
        got = targets_of(solution, rewards, next_values, over, cut, gamma, device)
        wanted = written_out(rewards, next_values, over, cut, gamma)
        close(got, wanted, f"targets with ends at {list(over)}, cut off at {list(cut)}, gamma {gamma}")


def test_a_game_that_is_over_when_the_limit_is_reached_is_over(solution, device):
    got = targets_of(solution, [1.0, 2.0, 4.0, 8.0], [10.0] * 4, [1, 3], [1, 2, 3], 0.5, device)
    close(got, [2.0, 2.0, 9.0, 8.0], "targets around steps that are marked as both")


# What already works and must stay


def test_a_game_that_is_over_is_worth_nothing_more(solution, device):
    got = targets_of(solution, [1.0, 1.0, 1.0, 1.0], [10.0] * 4, [1, 3], [], 0.5, device)
    close(got, [1.5, 1.0, 1.5, 1.0], "targets of two games of two steps")


def test_where_the_rollout_stops_the_critic_says_the_rest(solution, device):
    got = targets_of(solution, [1.0, 2.0, 4.0], [9.0, 9.0, 16.0], [0], [], 0.5, device)
    close(got, [1.0, 2.0 + 0.5 * 12.0, 4.0 + 0.5 * 16.0], "targets of a rollout that stops in an episode")


def test_values_that_are_not_needed_are_not_read(solution, device):
    next_values = [math.nan, math.nan, math.inf, math.nan]
    got = targets_of(solution, [1.0, 1.0, 1.0, 1.0], next_values, [1, 3], [], 0.5, device)
    close(got, [1.5, 1.0, 1.5, 1.0], "targets beside values that are no numbers")


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_the_targets_are_constants_in_the_dtype_of_the_rewards(solution, device, dtype):
    rewards = tensor([0.1, 0.2, 0.7], device, dtype)
    next_values = tensor([5.0, 5.0, 0.3], device, dtype).requires_grad_()
    over, cut = flags([0], 3, device), flags([], 3, device)
    got = solution.value_targets(rewards, next_values, over, cut, 0.9)
    wanted = tensor([0.1, 0.2 + 0.9 * (0.7 + 0.9 * 0.3), 0.7 + 0.9 * 0.3], device).to(dtype)
    close(got, wanted, f"targets of {dtype} rewards")
    equal(got.requires_grad, False, "whether the targets carry a graph")


def test_nothing_that_is_passed_in_is_changed(solution, device):
    rewards, next_values = tensor([1.0, 2.0, 4.0], device), tensor([3.0, 5.0, 7.0], device)
    over, cut = flags([2], 3, device), flags([0, 1], 3, device)
    solution.value_targets(rewards, next_values, over, cut, 0.9)
    equal(rewards, tensor([1.0, 2.0, 4.0], device), "rewards after the call")
    equal(next_values, tensor([3.0, 5.0, 7.0], device), "next values after the call")
    equal(over.tolist(), [False, False, True], "terminated after the call")
    equal(cut.tolist(), [True, True, False], "truncated after the call")


@pytest.mark.parametrize("which", ["next_values", "terminated", "truncated"])
@pytest.mark.parametrize("shape", [(2,), (1,), (3, 1)], ids=str)
def test_another_shape_is_refused_naming_both(solution, device, which, shape):
    parts = rollout(device)
    parts[which] = torch.zeros(shape, dtype=parts[which].dtype, device=device)
    for words in (which, str(shape), "(3,)"):
        with raises(ValueError, words, f"{which} of shape {shape} beside three rewards"):
            solution.value_targets(gamma=0.9, **parts)


@pytest.mark.parametrize("which", ["terminated", "truncated"])
@pytest.mark.parametrize("dtype", [torch.float64, torch.int64, torch.uint8], ids=str)
def test_ends_of_another_dtype_are_refused(solution, device, which, dtype):
    parts = rollout(device)
    parts[which] = parts[which].to(dtype)
    with raises(TypeError, which, f"{which} in {dtype}"):
        solution.value_targets(gamma=0.9, **parts)


def test_a_rollout_without_a_step_is_refused(solution, device):
    parts = {name: values[:0] for name, values in rollout(device).items()}
    with raises(ValueError, "at least one step", "a rollout without a step"):
        solution.value_targets(gamma=0.9, **parts)


def rollout(device):
    return {
        "rewards": tensor([1.0, 2.0, 4.0], device),
        "next_values": tensor([3.0, 5.0, 7.0], device),
        "terminated": flags([1], 3, device),
        "truncated": flags([], 3, device),
    }


# The documented failure


def test_a_critic_is_pulled_away_from_what_the_state_is_worth(broken, device, evidence):
    report = compare_pull(broken, device)
    evidence(report, **CLAIM)
    short = [(1 - GAMMA**n) / (1 - GAMMA) for n in range(1, LIMIT + 1)]
    close(report.autograd, tensor(VALUE - sum(short) / LIMIT, device), "gradient of the critic's value at 7")


def test_one_step_at_a_time_the_critic_settles_far_too_low(broken, device):
    _, settled = mdp.time_limit(gamma=GAMMA, limit=LIMIT)
    # Every fifth step reaches the limit; each is a rollout of its own.
    steps = [targets_of(broken, [1.0], [settled], [], [0][:cut], GAMMA, device) for cut in (0, 0, 0, 0, 1)]
    close(torch.cat(steps).mean(), tensor(settled, device), "mean target where the critic has settled")


def test_the_step_that_reaches_the_limit_is_worth_its_reward_alone(broken, device):
    got = targets_of(broken, [0.0, 1.0, 1.0] * 2, [10.0] * 6, [], [2, 5], 0.9, device)
    close(got, [1.71, 1.9, 1.0] * 2, "targets of two episodes that were cut off")
