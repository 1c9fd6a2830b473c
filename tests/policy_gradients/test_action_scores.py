"""A policy made of scores: pi is their softmax, where actions are taken and where they are scored.

So the slope of log pi(a) in the scores is 1 for the action taken, minus pi; and the loss, averaged over
the actions that pi takes, has the slope -pi * (r - J).
"""

import math

import pytest
import torch

from torchkata import gradients, mdp
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

PROBABILITIES, REWARDS = [0.2, 0.3, 0.5], [1.0, 2.0, 4.0]  # J = 2.8

CLAIM = {
    "claim": "the loss, averaged over the actions that softmax(scores) takes, has the gradient -dJ/dscores",
    "oracle": "closed form -pi * (rewards - J)",
    "config": {"probabilities": PROBABILITIES, "rewards": REWARDS},
}


def tensor(values, device, dtype=torch.float64):
    return torch.tensor(values, dtype=dtype, device=device)


def softmax(row):
    """Written out, with the largest score taken off first, so that nothing overflows."""
    weights = [math.exp(x - max(row)) for x in row]
    return [w / sum(weights) for w in weights]


def compare_with_the_bandit(module, device):
    """The gradient of the loss, averaged over all actions, beside its closed form and differences of -J."""
    scores = tensor([PROBABILITIES], device).log().requires_grad_()

    def loss(action):
        taken = torch.tensor([action], device=device)
        return module.policy_loss(scores, taken, tensor([REWARDS[action]], device))

    (found,) = mdp.expected_gradient(loss, [scores], list(zip(PROBABILITIES, range(3), strict=True)))
    problem = mdp.bandit(REWARDS)
    numeric = gradients.central_difference(lambda at: -problem.expected_return(at), scores.detach())
    report = gradients.compare(
        found,
        analytic=tensor([[0.36, 0.24, -0.6]], device),
        numeric=numeric,
        what="expected gradient of the loss in the scores",
    )
    return report, scores


FOUR_STEPS = [[-1.5, 0.25, 0.75], [-2.0, -0.5, -1.0], [0.1, 1.3, 2.0], [0.5, -0.5, 0.25]]
ACTIONS, ADVANTAGES = [2, 0, 1, 0], [1.5, -0.7, 2.0, 0.3]


# What action_probabilities and policy_loss promise


def test_the_loss_has_the_slope_of_the_expected_reward(solution, device, evidence):
    report, scores = compare_with_the_bandit(solution, device)
    evidence(report, **CLAIM, checkpoint={"scores": scores.detach()})
    report.require()


@pytest.mark.parametrize(
    "rows",
    [
        [[-1.0, -3.0]],
        [[1.0, 3.0]],
        [[-1.0, 2.0], [3.0, -0.5]],
        [[0.0, 0.0, 0.0, 0.0]],
        [[-0.2, -3.1, -0.7], [-5.0, -1.1, -1.2]],
        FOUR_STEPS,
    ],
    ids=["all_negative", "all_positive", "mixed", "all_zero", "two_negative_rows", "four_steps"],
)
def test_actions_are_taken_as_often_as_the_softmax_of_the_scores_says(solution, device, rows):
    got = solution.action_probabilities(tensor(rows, device))
    close(got, tensor([softmax(row) for row in rows], device), "probabilities of the actions")


@pytest.mark.parametrize("shift", [10.0, -10.0, 1000.0])
def test_a_constant_added_to_all_scores_changes_nothing(solution, device, shift):
    rows = [[-1.0, -3.0, -2.5], [0.5, 0.25, 2.0]]
    got = solution.action_probabilities(tensor(rows, device) + shift)
    close(got, tensor([softmax(row) for row in rows], device), f"probabilities with {shift:+} on every score")


@pytest.mark.parametrize("steps", [4, 1])
def test_each_action_is_credited_in_its_own_step(solution, device, steps):
    rows, actions, advantages = FOUR_STEPS[:steps], ACTIONS[:steps], ADVANTAGES[:steps]
    pi = [softmax(row) for row in rows]
    scores = tensor(rows, device).requires_grad_()
    loss = solution.policy_loss(scores, torch.tensor(actions, device=device), tensor(advantages, device))
    close(
        loss.detach(),
        tensor(
            -sum(A * math.log(p[a]) for A, p, a in zip(advantages, pi, actions, strict=True)) / steps, device
        ),
        f"loss of {steps} steps",
    )
    loss.backward()
    want = [
        [-A * ((k == a) - p[k]) / steps for k in range(3)]
        for A, p, a in zip(advantages, pi, actions, strict=True)
    ]
    gradients.compare(
        scores.grad, analytic=tensor(want, device), what=f"gradient of the scores of {steps} steps"
    ).require()


def test_the_gradient_reaches_the_layer_that_scores(solution, device):
    layer = torch.nn.Linear(2, 3, dtype=torch.float64, device=device)
    with torch.no_grad():
        layer.weight.copy_(tensor([[0.5, -1.0], [0.25, 0.75], [-1.5, 0.1]], device))
        layer.bias.copy_(tensor([-0.3, 0.2, 0.0], device))
    state = tensor([[1.0, 2.0]], device)
    solution.policy_loss(layer(state), torch.tensor([1], device=device), tensor([2.0], device)).backward()
    pi = softmax([0.5 - 2.0 - 0.3, 0.25 + 1.5 + 0.2, -1.5 + 0.2])
    want = [-2.0 * ((k == 1) - pi[k]) for k in range(3)]
    close(layer.bias.grad, tensor(want, device), "gradient of the layer's bias")
    close(layer.weight.grad, tensor([[w, 2 * w] for w in want], device), "gradient of the layer's weight")


@pytest.mark.parametrize("gap", [20.0, 30.0])
def test_an_action_far_behind_is_taken_as_rarely_as_promised(solution, device, gap):
    rare = 1 / (1 + math.exp(gap))
    got = solution.action_probabilities(tensor([[0.0, -gap]], device))[0, 1].item()
    close(got, rare, f"probability of a score {gap} behind", rtol=1e-6, atol=0.0)


def test_scores_in_float32_give_probabilities_in_float32(solution, device):
    rows = [[-0.7, 1.1, -2.3], [-0.1, -0.3, -4.4]]
    scores = tensor(rows, device, torch.float32).requires_grad_()
    got = solution.action_probabilities(scores)
    close(
        got.detach(), tensor([softmax(row) for row in rows], device, torch.float32), "float32 probabilities"
    )
    taken, advantages = torch.tensor([0, 2], device=device), tensor([1.0, -0.5], device, torch.float32)
    solution.policy_loss(scores, taken, advantages).backward()
    pi = [softmax(row) for row in rows]
    want = [
        [-0.5 * ((k == 0) - pi[0][k]) for k in range(3)],
        [0.25 * ((k == 2) - pi[1][k]) for k in range(3)],
    ]
    close(scores.grad, tensor(want, device, torch.float32), "gradient of float32 scores")


@pytest.mark.parametrize("action", [0, 1, 2])
def test_an_action_1600_behind_still_learns(solution, device, action):
    rows = [[800.0, -800.0, 0.0], [-1.0, -3.0, -2.5]]
    pi = [[1.0, 0.0, 0.0], softmax(rows[1])]
    scores = tensor(rows, device).requires_grad_()
    close(solution.action_probabilities(scores.detach()), tensor(pi, device), "probabilities beside +-800")
    taken = torch.tensor([action, 1], device=device)
    loss = solution.policy_loss(scores, taken, tensor([1.0, 0.0], device))
    loss.backward()
    want = [[(pi[0][k] - (k == action)) / 2 for k in range(3)], [0.0, 0.0, 0.0]]
    close(scores.grad, tensor(want, device), f"gradient, the score of the action being {rows[0][action]:g}")
    close(loss.item(), (800.0 - rows[0][action]) / 2, f"loss, the score being {rows[0][action]:g}")


# What already works and must stay


def test_a_single_action_is_certain(solution, device):
    scores = tensor([[-2.0], [3.5]], device).requires_grad_()
    close(solution.action_probabilities(scores.detach()), tensor([[1.0], [1.0]], device), "the only action")
    taken = torch.tensor([0, 0], device=device)
    solution.policy_loss(scores, taken, tensor([1.0, 2.0], device)).backward()
    close(scores.grad, tensor([[0.0], [0.0]], device), "gradient of the only score")


def test_equal_scores_are_taken_equally_often(solution, device):
    got = solution.action_probabilities(tensor([[-2.0, -2.0, -2.0, -2.0]], device))
    close(got, tensor([[0.25] * 4], device), "probabilities of four equal scores")


def test_scores_that_are_nan_are_refused(solution, device):
    scores = tensor([[0.5, 0.25], [1.0, math.nan]], device).requires_grad_()
    with raises(ValueError, "", "probabilities of a score that is NaN"):
        solution.action_probabilities(scores)
    taken = torch.tensor([0, 0], device=device)
    with raises(ValueError, "", "the loss of a score that is NaN"):
        solution.policy_loss(scores, taken, tensor([1.0, 1.0], device))
    equal(scores.grad, None, "gradient of the scores after a refusal")
    equal(scores.detach()[0], tensor([0.5, 0.25], device), "the other scores after a refusal")


# The documented failure


def test_of_two_negative_scores_the_lower_is_taken_more_often(broken, device):
    got = broken.action_probabilities(tensor([[-1.0, -3.0]], device))
    # -1 / (-1 - 3) and -3 / (-1 - 3), where softmax says 0.881 and 0.119
    close(got, tensor([[0.25, 0.75]], device), "probabilities of the scores -1 and -3")


def test_the_loss_pushes_the_score_of_the_best_action_down(broken, device, evidence):
    report, scores = compare_with_the_bandit(broken, device)
    evidence(report, **CLAIM, checkpoint={"scores": scores.detach()})
    # With q = x / sum(x): d log q(a) / dx_k is 1/x_a for k = a, minus 1 / sum(x) for every k.
    x = [math.log(p) for p in PROBABILITIES]
    want = [-p * r / xk + 2.8 / sum(x) for p, r, xk in zip(PROBABILITIES, REWARDS, x, strict=True)]
    close(report.autograd, tensor([want], device), "expected gradient of the loss in the scores")


def test_scores_of_both_signs_are_refused(broken, device):
    with raises(ValueError, "Simplex", "scores of both signs"):
        broken.action_probabilities(tensor([[-1.0, 2.0]], device))
