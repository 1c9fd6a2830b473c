"""Several answers to one prompt: what `group_loss` promises.

The model below writes up to three tokens, and after each it stops with probability sigmoid(parameter). So it
has four answers, which can be listed, alone and in groups, and its expected reward is known.
"""

import itertools
import math

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

ANSWERS = ["s", "gs", "ggs", "ggg"]  # go, stop; the third token is the last in any case
REWARDS = [[0.0, 3.0, -1.0, 2.0], [1.0, 1.0, 1.0, -4.0]]


def start(device):
    return torch.tensor([0.5, -0.25, 1.0], dtype=torch.float64, device=device)


def token_log_probs(parameters, answers, length=3):
    """(answers, length): each place has a stop parameter; zeros are padding."""
    stop, go = torch.nn.functional.logsigmoid(parameters), torch.nn.functional.logsigmoid(-parameters)
    rows = []
    for answer in answers:
        row = [stop[k] if token == "s" else go[k] for k, token in enumerate(answer)]
        rows.append(torch.stack(row + [torch.zeros_like(stop[0])] * (length - len(row))))
    return torch.stack(rows)


def mask_of(answers, device, length=3):
    return torch.tensor([[k < len(answer) for k in range(length)] for answer in answers], device=device)


def expected_reward(parameters, rewards):
    p = token_log_probs(parameters, ANSWERS).sum(dim=1).exp()
    return (p * torch.tensor(rewards, dtype=torch.float64, device=p.device)).sum()


def mean_gradient(module, rewards, size, device, length=3):
    """The gradient of the loss, averaged over all groups of this size with their probabilities."""
    parameters = start(device).requires_grad_(True)
    total = torch.zeros_like(parameters)
    p = token_log_probs(parameters, ANSWERS).sum(dim=1).exp().tolist()
    for group in itertools.product(range(4), repeat=size):
        answers = [ANSWERS[k] for k in group]
        now = token_log_probs(parameters, answers, length)
        earned = torch.tensor([rewards[k] for k in group], dtype=torch.float64, device=device)
        loss = module.group_loss(now, now.detach(), mask_of(answers, device, length), earned, 0.2)
        (slope,) = torch.autograd.grad(loss, parameters)
        total += math.prod(p[k] for k in group) * slope
    return total


def token_slopes(module, lengths, rewards, device, length=4, factor=1.0, moved=0.0):
    """The gradient along each token's log-probability."""
    now = torch.full((len(lengths), length), -1.0, dtype=torch.float64, device=device)
    mask = torch.tensor([[k < n for k in range(length)] for n in lengths], device=device)
    leaf = now.clone().requires_grad_(True)
    earned = torch.tensor(rewards, dtype=torch.float64, device=device)
    loss = module.group_loss(leaf, now - moved, mask, earned, 0.2)
    return torch.autograd.grad(factor * loss, leaf)[0]


# What group_loss promises


@pytest.mark.parametrize("rewards", REWARDS)
def test_the_mean_gradient_over_all_pairs_is_that_of_the_reward(solution, device, rewards):
    numeric = gradients.central_difference(lambda at: -expected_reward(at, rewards), start(device))
    close(
        mean_gradient(solution, rewards, 2, device),
        numeric,
        f"the mean gradient for rewards {rewards}",
        rtol=1e-6,
        atol=1e-9,
    )


def test_groups_of_three_with_more_padding(solution, device):
    numeric = gradients.central_difference(lambda at: -expected_reward(at, REWARDS[0]), start(device))
    slope = mean_gradient(solution, REWARDS[0], 3, device, length=5)
    close(slope, numeric, "the mean gradient over all groups of three", rtol=1e-6, atol=1e-9)


def test_a_token_weighs_the_same_in_a_long_answer_and_a_short_one(solution, device):
    slopes = token_slopes(solution, [1, 4, 2], [1.0, -2.0, 4.0], device)
    advantages = [1.0 - 1.0, -2.0 - 2.5, 4.0 + 0.5]
    wanted = [[-a / 3 if k < n else 0.0 for k in range(4)] for a, n in zip(advantages, [1, 4, 2])]
    close(slopes, torch.tensor(wanted, dtype=torch.float64, device=device), "the slopes of all tokens")


def test_another_answers_length_changes_nothing(solution, device):
    one = token_slopes(solution, [2, 1], [3.0, 1.0], device)
    other = token_slopes(solution, [2, 6], [3.0, 1.0], device, length=6)
    close(other[0, :2], one[0, :2], "the slopes of an answer beside a long one, and beside a short one")
    close(one[0], [-1.0, -1.0, 0.0, 0.0], "the slopes of two tokens with an advantage of 2")


def test_the_gradient_inside_a_larger_loss(solution, device):
    slopes = token_slopes(solution, [3, 1], [0.0, 1.0], device, length=3, factor=-2.0)
    wanted = torch.tensor([[-1.0, -1.0, -1.0], [1.0, 0.0, 0.0]], dtype=torch.float64, device=device)
    close(slopes, wanted, "the slopes of -2 times the loss")


def test_tokens_beyond_the_clip_rest_and_the_others_do_not(solution, device):
    # All tokens are twice as likely as before: only those that are to become rarer have a slope.
    slopes = token_slopes(solution, [2, 3], [1.0, 0.0], device, length=3, moved=math.log(2.0))
    wanted = torch.tensor([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]], dtype=torch.float64, device=device)
    close(slopes, wanted, "the slopes where all ratios are 2")


# What already works and must stay


def test_answers_of_one_token_have_the_right_weight(solution, device):
    slopes = token_slopes(solution, [1, 1, 1], [3.0, 0.0, -3.0], device, length=1)
    wanted = torch.tensor([[-1.5], [0.0], [1.5]], dtype=torch.float64, device=device)
    close(slopes, wanted, "the slopes of three answers of one token")


def test_padding_has_no_gradient_and_no_effect(solution, device):
    short = token_slopes(solution, [1, 2], [1.0, 0.0], device, length=2)
    long = token_slopes(solution, [1, 2], [1.0, 0.0], device, length=7)
    close(long[:, :2], short, "the slopes of the tokens with five more places of padding")
    equal(long[:, 2:].abs().max().item(), 0.0, "the largest slope in the padding")
    equal(short[0, 1].item(), 0.0, "the slope of the padding behind one token")


def test_equal_rewards_move_nothing(solution, device):
    slopes = token_slopes(solution, [1, 4, 2], [2.0, 2.0, 2.0], device)
    equal(slopes.abs().max().item(), 0.0, "the largest slope where all answers have the same reward")


def test_clipped_tokens_of_a_short_answer_rest(solution, device):
    slopes = token_slopes(solution, [1, 1], [1.0, 0.0], device, length=1, moved=-math.log(2.0))
    wanted = torch.tensor([[-0.25], [0.0]], dtype=torch.float64, device=device)
    close(slopes, wanted, "the slopes of two answers that have become half as likely")


def test_the_loss_is_a_scalar_and_its_arguments_stay(solution, device):
    now = torch.full((2, 3), -1.0, dtype=torch.float64, device=device, requires_grad=True)
    old, mask = now.detach() - 0.1, mask_of(["s", "ggs"], device)
    rewards = torch.tensor([1.0, 2.0], dtype=torch.float64, device=device)
    before = [value.clone() for value in (now.detach(), old, mask, rewards)]
    loss = solution.group_loss(now, old, mask, rewards, 0.2)
    equal(
        [tuple(loss.shape), loss.requires_grad], [(), True], "shape of the loss, and whether it has a graph"
    )
    for value, kept in zip((now.detach(), old, mask, rewards), before):
        equal(value, kept, "the arguments after the call")


# The documented failure


def test_each_token_of_a_long_answer_counts_for_less(broken, device):
    slopes = token_slopes(broken, [1, 4], [1.0, -1.0], device)
    wanted = torch.tensor([[-1.0, 0, 0, 0], [0.25] * 4], dtype=torch.float64, device=device)
    close(slopes, wanted, "the slopes of one token with advantage 2, and of four with -2")


def test_a_parameter_is_moved_the_wrong_way(broken, device):
    rewards = [0.0, 2.0, 2.0, 2.2]
    numeric = gradients.central_difference(lambda at: -expected_reward(at, rewards), start(device))
    slope = mean_gradient(broken, rewards, 2, device)
    equal(round(numeric[1].item(), 3), 0.005, "the true slope of the second parameter")
    equal(round(slope[1].item(), 3), -0.017, "the mean slope over all pairs of answers")
