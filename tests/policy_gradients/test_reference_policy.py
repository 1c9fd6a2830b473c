"""A reward and a penalty: on average `policy_loss` lowers beta * KL(pi || ref) - E[reward].

Every draw is listed with its probability. In the logits of a row, on paper:

    d E[reward] = pi * (reward - E[reward])        d KL(pi || ref) = pi * (log-ratio - KL(pi || ref))

with the log-ratio log pi - log ref of each token. The best policy is known too: ref * exp(reward / beta),
normalized. There the expected gradient is 0.
"""

import math

import pytest
import torch

from torchkata import gradients, mdp
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

PI, UNIFORM, SKEWED = [0.2, 0.3, 0.5], [1 / 3] * 3, [0.625, 0.25, 0.125]
REWARDS, NOTHING = [1.0, 2.0, 4.0], [0.0, 0.0, 0.0]

CLAIM = {
    "claim": "the expected gradient equals that of beta * KL(pi || ref) - E[reward]",
    "oracle": "closed form pi * (beta * (log-ratio - KL) - (r - J))",
    "config": {"pi": PI, "ref": SKEWED, "rewards": REWARDS, "beta": 0.5},
}


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def closed_form(pi, ref, rewards, beta):
    """The gradient of beta * KL - E[reward] in the logits of one row."""
    costs = [beta * math.log(p / q) - r for p, q, r in zip(pi, ref, rewards, strict=True)]
    mean = sum(p * cost for p, cost in zip(pi, costs, strict=True))
    return [p * (cost - mean) for p, cost in zip(pi, costs, strict=True)]


def expected_gradient(module, device, pi, ref, rewards, beta):
    """Of the loss, over every draw; pi and ref have one row per sample, drawn independently."""
    logits = (tensor(pi, device).log() + 0.75).requires_grad_()  # unnormalized, as a model's are
    reference, pays = tensor(ref, device).log() - 0.5, tensor(rewards, device)

    def loss(tokens):
        drawn = torch.tensor(tokens, device=device)
        return module.policy_loss(logits, reference, drawn, pays[drawn], beta)[0]

    draws = [(1.0, [])]
    for row in pi:
        draws = [(p * q, [*tokens, a]) for p, tokens in draws for a, q in enumerate(row)]
    return mdp.expected_gradient(loss, [logits], draws)[0], logits.detach()


def compare_one_row(module, device):
    """Beside the closed form, and differences of the objective, in which no token is drawn."""
    got, at = expected_gradient(module, device, [PI], [SKEWED], REWARDS, 0.5)

    def objective(logits):
        log_pi = torch.log_softmax(logits, dim=1)
        costs = 0.5 * (log_pi - tensor(SKEWED, device).log()) - tensor(REWARDS, device)
        return (log_pi.exp() * costs).sum()

    return gradients.compare(
        got,
        analytic=tensor([closed_form(PI, SKEWED, REWARDS, 0.5)], device),
        numeric=gradients.central_difference(objective, at),
        what="expected gradient",
    ), {"logits": at}


# What policy_loss promises


def test_the_expected_gradient_holds_reward_against_penalty(solution, device, evidence):
    report, checkpoint = compare_one_row(solution, device)
    evidence(report, **CLAIM, checkpoint=checkpoint)
    report.require()


@pytest.mark.parametrize("beta", [0.25, 1.0, 4.0])
@pytest.mark.parametrize("ref", [UNIFORM, SKEWED], ids=["uniform", "skewed"])
def test_without_a_reward_the_policy_is_pulled_to_the_reference(solution, device, ref, beta):
    got, _ = expected_gradient(solution, device, [PI], [ref], NOTHING, beta)
    close(got, [closed_form(PI, ref, NOTHING, beta)], f"expected gradient of the penalty, beta {beta}")


def test_several_samples_are_a_mean(solution, device):
    pi, ref = [PI, [0.5, 0.25, 0.25]], [SKEWED, UNIFORM]
    got, _ = expected_gradient(solution, device, pi, ref, REWARDS, 0.5)
    rows = [closed_form(p, q, REWARDS, 0.5) for p, q in zip(pi, ref, strict=True)]
    close(got, [[g / 2 for g in row] for row in rows], "expected gradient of two samples")


def test_a_vocabulary_of_another_size(solution, device):
    pi, ref, rewards = [0.1, 0.2, 0.3, 0.25, 0.15], [0.2] * 5, [0.0, 1.0, -1.0, 0.5, 2.0]
    got, _ = expected_gradient(solution, device, [pi], [ref], rewards, 2.0)
    close(got, [closed_form(pi, ref, rewards, 2.0)], "expected gradient over five tokens")


@pytest.mark.parametrize("beta", [0.5, 2.0])
def test_at_the_best_policy_reward_and_penalty_are_in_balance(solution, device, beta):
    weights = [q * math.exp(r / beta) for q, r in zip(SKEWED, REWARDS, strict=True)]
    best = [w / sum(weights) for w in weights]
    got, _ = expected_gradient(solution, device, [best], [SKEWED], REWARDS, beta)
    close(got, [[0.0] * 3], f"expected gradient at the best policy, beta {beta}", rtol=0.0, atol=1e-12)


# What already works and must stay


@pytest.mark.parametrize("token", [0, 1, 2])
def test_with_beta_zero_it_is_the_plain_policy_gradient(solution, device, token):
    logits = tensor([PI], device).log().requires_grad_()
    drawn, pays = torch.tensor([token], device=device), tensor([REWARDS[token]], device)
    loss, _ = solution.policy_loss(logits, tensor([SKEWED], device).log(), drawn, pays, 0.0)
    loss.backward()
    expected = [REWARDS[token] * (p - (a == token)) for a, p in enumerate(PI)]
    close(logits.grad, [expected], f"gradient where token {token} was drawn, beta 0")


def test_where_policy_and_reference_agree_only_the_reward_counts(solution, device):
    got, _ = expected_gradient(solution, device, [PI], [PI], REWARDS, 1.0)
    close(got, [[0.36, 0.24, -0.6]], "expected gradient where nothing has moved yet")


@pytest.mark.parametrize("beta", [0.0, 1.0])
@pytest.mark.parametrize("tokens", [[0, 0], [2, 1], [2, 2]])
def test_the_measured_kl_is_the_mean_log_ratio_of_the_drawn_tokens(solution, device, tokens, beta):
    logits, reference = tensor([PI] * 2, device).log() + 2.0, tensor([UNIFORM] * 2, device).log() - 1.0
    drawn = torch.tensor(tokens, device=device)
    loss, kl = solution.policy_loss(
        logits.requires_grad_(), reference, drawn, tensor(REWARDS, device)[drawn], beta
    )
    close(kl, sum(math.log(3 * PI[a]) for a in tokens) / 2, f"measured KL of the tokens {tokens}")
    equal(tuple(loss.shape), (), "shape of the loss")


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (((0, 3), (0, 3), (0,), (0,)), "empty"),
        (((2, 3), (2, 4), (2,), (2,)), "(2, 3), (2, 4)"),
        (((2, 3), (1, 3), (2,), (2,)), "(2, 3), (1, 3)"),
        (((2, 3), (2, 3), (2,), (2, 1)), "(2, 1)"),
        (((2, 3), (2, 3), (1,), (2,)), "(1,), (2,)"),
        (((2, 2, 3), (2, 2, 3), (2, 2), (2, 2)), "(2, 2, 3)"),
    ],
    ids=["empty", "vocabulary", "one_for_all", "in_a_column", "token_missing", "whole_answers"],
)
def test_a_batch_that_makes_no_sense_is_refused(solution, device, shapes, message):
    logits, reference, tokens, rewards = (torch.zeros(s, dtype=torch.float64, device=device) for s in shapes)
    refused(solution, logits, reference, tokens.long(), rewards, message)


@pytest.mark.parametrize("which", [1, 3], ids=["ref_logits", "rewards"])
def test_constants_that_require_a_gradient_are_refused(solution, device, which):
    batch = [torch.zeros(s, dtype=torch.float64, device=device) for s in ((2, 3), (2, 3), (2,), (2,))]
    batch[2] = batch[2].long()
    batch[which].requires_grad_()
    refused(solution, *batch, "constants")


def refused(solution, logits, reference, tokens, rewards, message):
    logits.requires_grad_().grad = torch.full_like(logits, 0.125).detach()
    with raises(ValueError, message, "a batch that makes no sense"):
        solution.policy_loss(logits, reference, tokens, rewards, 0.5)
    equal(logits.detach(), torch.zeros_like(logits).detach(), "logits after a refusal")
    equal(logits.grad, torch.full_like(logits, 0.125).detach(), "their gradient after a refusal")


# The documented failure


@pytest.mark.parametrize("beta", [1.0, 100.0])
def test_on_average_the_penalty_pulls_nowhere(broken, device, beta):
    got, _ = expected_gradient(broken, device, [PI], [UNIFORM], NOTHING, beta)
    close(got, [[0.0] * 3], f"expected gradient of the penalty, beta {beta}", rtol=0.0, atol=1e-12)


def test_a_single_batch_still_pushes_the_policy_at_random(broken, device):
    # Along e_a - pi and equally hard, whichever token was drawn and wherever the reference is. How hard is
    # left open: another beta is the same mistake.
    pushes = []
    for token in range(3):
        logits = tensor([PI], device).log().requires_grad_()
        reference, drawn = tensor([SKEWED], device).log(), torch.tensor([token], device=device)
        loss, _ = broken.policy_loss(logits, reference, drawn, tensor([0.0], device), 10.0)
        loss.backward()
        pushes.append(logits.grad[0])
    strength = pushes[0][0] / (1 - PI[0])
    equal(strength.abs().item() > 1e-9, True, "whether the penalty pushes at all where token 0 was drawn")
    for token, push in enumerate(pushes):
        expected = [(a == token) - p for a, p in enumerate(PI)]
        close(
            push / strength, expected, f"direction in which the penalty pushes where token {token} was drawn"
        )


def test_the_expected_gradient_is_that_of_the_reward_alone(broken, device, evidence):
    report, checkpoint = compare_one_row(broken, device)
    evidence(report, **CLAIM, checkpoint=checkpoint)
    close(report.autograd, [[0.36, 0.24, -0.6]], "expected gradient")  # -pi * (r - J), J = 2.8
