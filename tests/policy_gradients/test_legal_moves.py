"""A policy over the legal moves: their scores have a softmax to themselves, and the rest have nothing.

The expected values are written out over the legal moves alone: pi, the slope of A * log pi and of the
entropy in the scores, and 0 for every score of a move that is not legal.
"""

import math

import pytest
import torch

from torchkata import gradients, mdp
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

SCORES = [[-2.0, -1.0, -3.0, 0.5], [0.7, 1.5, -0.4, 2.0], [0.0, 0.25, -0.5, 1.0], [-1.5, 3.0, 0.1, -0.2]]
LEGAL = [
    [True, False, True, False],
    [True, True, False, True],
    [True, True, True, True],
    [False, False, True, False],
]
MOVES, ADVANTAGES = [2, 0, 1, 2], [1.5, -0.7, 2.0, 0.3]
REWARDS = [1.0, 2.0, 4.0, 3.0]

CLAIM = {
    "claim": "averaged over the legal moves, the loss has the gradient of -(J + coef * H), and 0 elsewhere",
    "oracle": "closed form over the legal moves: -pi * (r - J) + coef * pi * (log pi + H)",
    "config": {"scores": SCORES[0], "legal": LEGAL[0], "rewards": REWARDS, "entropy_coef": 0.3},
}


def tensor(values, device, dtype=torch.float64):
    return torch.tensor(values, dtype=dtype, device=device)


def mask(values, device):
    return torch.tensor(values, dtype=torch.bool, device=device)


def probabilities(scores, legal):
    """The softmax of the legal scores, written out; 0 for the others."""
    top = max(s for s, ok in zip(scores, legal, strict=True) if ok)
    weights = [math.exp(s - top) if ok else 0.0 for s, ok in zip(scores, legal, strict=True)]
    return [w / sum(weights) for w in weights]


def entropy_of(pi):
    return -sum(p * math.log(p) for p in pi if p > 0)


def slope_of_entropy(pi):
    return [-p * (math.log(p) + entropy_of(pi)) if p > 0 else 0.0 for p in pi]


def loss_and_slope(scores, legal, moves, advantages, coef):
    """The loss, and its gradient in the scores, in lists."""
    loss, slopes = 0.0, []
    for row, ok, move, advantage in zip(scores, legal, moves, advantages, strict=True):
        pi, steps = probabilities(row, ok), len(scores)
        loss -= (advantage * math.log(pi[move]) + coef * entropy_of(pi)) / steps
        pull = slope_of_entropy(pi)
        slopes.append(
            [-(advantage * ((k == move) - pi[k]) + coef * pull[k]) / steps for k in range(len(row))]
        )
    return loss, slopes


def compare_one_position(module, device, coef=0.3):
    """The loss's expected gradient in one position, over the moves that are legal there."""
    scores = tensor(SCORES[:1], device).requires_grad_()
    legal, pi = mask(LEGAL[:1], device), probabilities(SCORES[0], LEGAL[0])

    def loss(move):
        played = torch.tensor([move], device=device)
        return module.policy_loss(scores, legal, played, tensor([REWARDS[move]], device), coef)

    (found,) = mdp.expected_gradient(loss, [scores], [(pi[k], k) for k in (0, 2)])
    earned = sum(p * r for p, r in zip(pi, REWARDS, strict=True))
    pull = slope_of_entropy(pi)
    want = [-(p * (r - earned) + coef * h) for p, r, h in zip(pi, REWARDS, pull, strict=True)]

    def minus_objective(at):
        log_pi = torch.log_softmax(at[0, [0, 2]], 0)
        return -(log_pi.exp() * (tensor([1.0, 4.0], device) - coef * log_pi)).sum()

    report = gradients.compare(
        found,
        analytic=tensor([want], device),
        numeric=gradients.central_difference(minus_objective, scores.detach()),
        what="expected gradient of the loss in the scores",
    )
    return report, scores


# What move_probabilities and policy_loss promise


def test_on_average_the_loss_has_the_slope_of_what_the_legal_moves_earn(solution, device, evidence):
    report, scores = compare_one_position(solution, device)
    evidence(report, **CLAIM, checkpoint={"scores": scores.detach()})
    report.require()


def test_only_legal_moves_are_played(solution, device):
    got = solution.move_probabilities(tensor(SCORES, device), mask(LEGAL, device))
    want = [probabilities(row, ok) for row, ok in zip(SCORES, LEGAL, strict=True)]
    close(got, tensor(want, device), "probabilities of the moves")
    forbidden = got[~mask(LEGAL, device)]
    equal(forbidden, torch.zeros_like(forbidden), "probabilities of the moves that are not legal")


@pytest.mark.parametrize("shift", [-60.0, -800.0, 800.0, -1e6, 1e6 - 1])
def test_legal_moves_may_have_any_scores(solution, device, shift):
    scores, legal = [shift, shift + 1.0, 5.0, -5.0], [True, True, False, False]
    got = solution.move_probabilities(tensor([scores], device), mask([legal], device))
    close(got[0, :2], tensor(probabilities(scores, legal)[:2], device), "probabilities of the legal moves")
    equal(got[0, 2:], tensor([0.0, 0.0], device), f"probabilities of the others, legal scores near {shift}")


@pytest.mark.parametrize("coef", [0.0, 0.01, 0.5, 1.0])
def test_each_position_has_its_own_legal_moves(solution, device, coef):
    scores = tensor(SCORES, device).requires_grad_()
    played = torch.tensor(MOVES, device=device)
    loss = solution.policy_loss(scores, mask(LEGAL, device), played, tensor(ADVANTAGES, device), coef)
    loss.backward()
    want, slopes = loss_and_slope(SCORES, LEGAL, MOVES, ADVANTAGES, coef)
    close(loss.item(), want, f"loss of four positions, coefficient {coef}")
    gradients.compare(
        scores.grad, analytic=tensor(slopes, device), what="gradient in the scores of four positions"
    ).require()


def test_a_position_with_one_legal_move_teaches_nothing(solution, device):
    scores = tensor(SCORES[3:], device).requires_grad_()
    legal, played = mask(LEGAL[3:], device), torch.tensor([2], device=device)
    loss = solution.policy_loss(scores, legal, played, tensor([5.0], device), 0.5)
    loss.backward()
    close(loss.item(), 0.0, "loss of a move without alternative")
    close(scores.grad, tensor([[0.0] * 4], device), "gradient of a move without alternative")


def test_scores_of_plus_and_minus_800_leave_loss_and_gradient_finite(solution, device):
    scores, legal = [[800.0, -800.0, 0.0, 900.0]], [[True, True, True, False]]
    for move, want in ((0, [0.0] * 4), (1, [1.0, -1.0, 0.0, 0.0])):
        leaf, played = tensor(scores, device).requires_grad_(), torch.tensor([move], device=device)
        loss = solution.policy_loss(leaf, mask(legal, device), played, tensor([1.0], device), 0.5)
        loss.backward()
        close(loss.item(), 1600.0 * move, f"loss of move {move}")
        close(leaf.grad, tensor([want], device), f"gradient of move {move}")


def test_scores_in_float32_give_everything_in_float32(solution, device):
    scores = tensor(SCORES, device, torch.float32).requires_grad_()
    legal, played = mask(LEGAL, device), torch.tensor(MOVES, device=device)
    got = solution.move_probabilities(scores.detach(), legal)
    pi = [probabilities(row, ok) for row, ok in zip(SCORES, LEGAL, strict=True)]
    close(got, tensor(pi, device, torch.float32), "float32 probabilities")
    advantages = tensor(ADVANTAGES, device, torch.float32)
    loss = solution.policy_loss(scores, legal, played, advantages, 0.3)
    loss.backward()
    want, slopes = loss_and_slope(SCORES, LEGAL, MOVES, ADVANTAGES, 0.3)
    close(loss.detach(), tensor(want, device, torch.float32), "float32 loss")
    close(scores.grad, tensor(slopes, device, torch.float32), "gradient of float32 scores")


# What already works and must stay


def test_where_all_moves_are_legal_it_is_the_softmax(solution, device):
    scores = tensor(SCORES[2:3], device).requires_grad_()
    legal, played = mask(LEGAL[2:3], device), torch.tensor([1], device=device)
    got = solution.move_probabilities(scores.detach(), legal)
    close(got, tensor([probabilities(SCORES[2], LEGAL[2])], device), "probabilities, all moves legal")
    solution.policy_loss(scores, legal, played, tensor([2.0], device), 0.3).backward()
    _, slopes = loss_and_slope(SCORES[2:3], LEGAL[2:3], [1], [2.0], 0.3)
    close(scores.grad, tensor(slopes, device), "gradient, all moves legal")


def test_a_position_without_a_legal_move_is_refused(solution, device):
    legal = [LEGAL[0], [False] * 4, LEGAL[2], LEGAL[3]]
    with raises(ValueError, "position 1", "the probabilities of a position without a legal move"):
        solution.move_probabilities(tensor(SCORES, device), mask(legal, device))
    refused(solution, device, legal, MOVES, "position 1")


def test_a_move_that_was_played_and_is_not_legal_is_refused(solution, device):
    refused(solution, device, LEGAL, [2, 0, 1, 0], "position 3")
    refused(solution, device, LEGAL, [1, 0, 1, 2], "position 0")


def refused(solution, device, legal, moves, message):
    """policy_loss says which position, and leaves scores and gradients as they were, bit by bit."""
    scores = tensor(SCORES, device).requires_grad_()
    scores.grad = torch.full_like(scores, 0.125).detach()
    played = torch.tensor(moves, device=device)
    with raises(ValueError, message, "the loss of moves that cannot be played"):
        solution.policy_loss(scores, mask(legal, device), played, tensor(ADVANTAGES, device), 0.1)
    equal(scores.detach(), tensor(SCORES, device), "scores after a refusal")
    equal(scores.grad, torch.full_like(scores, 0.125), "gradient after a refusal")


# The documented failure


def test_a_move_that_is_not_legal_is_played_most_often(broken, device):
    got = broken.move_probabilities(tensor([[-2.0, -1.0, -3.0]], device), mask([[True, False, True]], device))
    # The weights are exp(-2), exp(0) and exp(-3): the middle one should have none.
    total = math.exp(-2) + 1 + math.exp(-3)
    want = [math.exp(-2) / total, 1 / total, math.exp(-3) / total]  # 0.844 in the middle
    close(got, tensor([want], device), "probabilities of the moves")


def test_the_loss_has_the_slope_of_another_policy(broken, device, evidence):
    report, scores = compare_one_position(broken, device)
    evidence(report, **CLAIM, checkpoint={"scores": scores.detach()})
    # All four moves have a share, and the two scores that were multiplied with 0 have no gradient.
    shares = probabilities([-2.0, 0.0, -3.0, 0.0], [True] * 4)
    pull, legal_pi = slope_of_entropy(shares), probabilities(SCORES[0], LEGAL[0])
    earned = legal_pi[0] * 1.0 + legal_pi[2] * 4.0
    want = [
        -(legal_pi[k] * REWARDS[k] - shares[k] * earned + 0.3 * pull[k]) if LEGAL[0][k] else 0.0
        for k in range(4)
    ]
    close(report.autograd, tensor([want], device), "expected gradient of the loss in the scores")
    equal(report.autograd_error > 0.5, True, "whether it is off by half of its size")
