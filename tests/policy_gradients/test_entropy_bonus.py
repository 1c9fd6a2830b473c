"""An actor's loss with an entropy bonus: minimizing it makes mean(A * log pi) + coef * mean(H) large.

The slope of H in the logits is -pi * (log pi + H). With the advantages at zero it is all that is left
of the gradient, times minus the coefficient, and each step must make the policy less decided.
"""

import math

import pytest
import torch

from torchkata import gradients, mdp
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

LOGITS = [[0.0, 1.0, 2.0], [-0.5, 0.25, 0.0], [3.0, -1.0, 0.5], [0.2, 0.2, -0.7]]
ACTIONS, ADVANTAGES = [2, 0, 1, 0], [1.5, -0.7, 2.0, 0.3]
PROBABILITIES, REWARDS = [0.2, 0.3, 0.5], [1.0, 2.0, 4.0]  # J = 2.8

CLAIM = {
    "claim": "with the advantages at zero the gradient of the loss is -coef * dH/dlogits",
    "oracle": "closed form coef * pi * (log pi + H) / steps",
    "config": {"logits": LOGITS, "entropy_coef": 0.3},
}


def tensor(values, device, dtype=torch.float64):
    return torch.tensor(values, dtype=dtype, device=device)


def softmax(row):
    weights = [math.exp(x - max(row)) for x in row]
    return [w / sum(weights) for w in weights]


def entropy_of(row):
    return -sum(p * math.log(p) for p in softmax(row))


def slope_of_entropy(row):
    return [-p * (math.log(p) + entropy_of(row)) for p in softmax(row)]


def call(module, logits, device, advantages, coef, actions=ACTIONS):
    """actor_loss on these logits: the loss and the entropy."""
    taken = torch.tensor(actions[: len(logits)], device=device)
    return module.actor_loss(logits, taken, tensor(advantages, device, logits.dtype), coef)


def compare_without_advantages(module, device, coef=0.3):
    """The gradient of the loss where the advantages are zero, beside the slope of the entropy."""
    logits = tensor(LOGITS, device).requires_grad_()
    loss, _ = call(module, logits, device, [0.0] * 4, coef)
    loss.backward()

    def penalty(at):
        log_pi = torch.log_softmax(at, 1)
        return coef * (log_pi.exp() * log_pi).sum(1).mean()

    want = [[-coef * slope / 4 for slope in slope_of_entropy(row)] for row in LOGITS]
    report = gradients.compare(
        logits.grad,
        analytic=tensor(want, device),
        numeric=gradients.central_difference(penalty, logits.detach()),
        what="gradient of the loss with all advantages at zero",
    )
    return report, logits


def descend(module, device, steps, lr, coef):
    """Steps without advantages from the logits (0, 1, 2): the logits, and the entropy before each step."""
    logits, entropies = tensor(LOGITS[:1], device).requires_grad_(), []
    for _ in range(steps):
        loss, entropy = call(module, logits, device, [0.0], coef)
        (gradient,) = torch.autograd.grad(loss, logits)
        logits = (logits - lr * gradient).detach().requires_grad_()
        entropies.append(entropy)
    return logits.detach(), entropies


# What actor_loss promises


def test_the_bonus_pulls_every_row_towards_more_entropy(solution, device, evidence):
    report, logits = compare_without_advantages(solution, device)
    evidence(report, **CLAIM, checkpoint={"logits": logits.detach()})
    report.require()


@pytest.mark.parametrize("coef", [0.0, 0.01, 0.5, 2.0])
def test_on_average_the_loss_has_the_slope_of_reward_plus_bonus(solution, device, coef):
    logits = tensor([PROBABILITIES], device).log().requires_grad_()

    def loss(action):
        return call(solution, logits, device, [REWARDS[action]], coef, actions=[action])[0]

    (found,) = mdp.expected_gradient(loss, [logits], list(zip(PROBABILITIES, range(3), strict=True)))
    bonus = slope_of_entropy([math.log(p) for p in PROBABILITIES])
    want = [-(j + coef * h) for j, h in zip([-0.36, -0.24, 0.6], bonus, strict=True)]

    def minus_objective(at):
        log_pi = torch.log_softmax(at[0], 0)
        return -(log_pi.exp() * (tensor(REWARDS, device) - coef * log_pi)).sum()

    gradients.compare(
        found,
        analytic=tensor([want], device),
        numeric=gradients.central_difference(minus_objective, logits.detach()),
        what=f"expected gradient of the loss with a coefficient of {coef}",
    ).require()


@pytest.mark.parametrize("steps", [4, 2, 1])
@pytest.mark.parametrize("coef", [0.01, 0.7])
def test_the_loss_is_minus_the_objective(solution, device, steps, coef):
    loss, _ = call(solution, tensor(LOGITS[:steps], device), device, ADVANTAGES[:steps], coef)
    terms = [
        A * math.log(softmax(row)[a]) + coef * entropy_of(row)
        for A, a, row in zip(ADVANTAGES[:steps], ACTIONS, LOGITS, strict=False)
    ]
    close(loss, tensor(-sum(terms) / steps, device), f"loss of {steps} steps, coefficient {coef}")


def test_both_terms_reach_the_logits_together(solution, device):
    logits = tensor(LOGITS, device).requires_grad_()
    loss, _ = call(solution, logits, device, ADVANTAGES, 0.25)
    loss.backward()
    want = []
    for advantage, a, row in zip(ADVANTAGES, ACTIONS, LOGITS, strict=True):
        pi, bonus = softmax(row), slope_of_entropy(row)
        want.append([-(advantage * ((k == a) - pi[k]) + 0.25 * bonus[k]) / 4 for k in range(3)])
    close(logits.grad, tensor(want, device), "gradient of the whole loss")


def test_without_advantages_each_step_makes_the_policy_less_decided(solution, device):
    logits, entropies = descend(solution, device, steps=24, lr=4.0, coef=0.5)
    twin = LOGITS[0]
    for k in range(24):
        close(entropies[k], entropy_of(twin), f"entropy before step {k + 1}")
        twin = [x + 4.0 * 0.5 * slope for x, slope in zip(twin, slope_of_entropy(twin), strict=True)]
    close(logits, tensor([twin], device), "logits after 24 steps")
    close(entropies[-1], math.log(3), "entropy after 24 steps, against ln 3", rtol=0.0, atol=1e-6)


def test_logits_in_float32_give_a_loss_in_float32(solution, device):
    logits = tensor(LOGITS, device, torch.float32).requires_grad_()
    loss, entropy = call(solution, logits, device, [0.0] * 4, 0.3)
    loss.backward()
    mean = sum(entropy_of(row) for row in LOGITS) / 4
    close(loss.detach(), tensor(-0.3 * mean, device, torch.float32), "float32 loss")
    close(entropy, mean, "entropy of float32 logits", rtol=1e-5, atol=1e-7)
    want = [[-0.3 * slope / 4 for slope in slope_of_entropy(row)] for row in LOGITS]
    close(logits.grad, tensor(want, device, torch.float32), "gradient of float32 logits")


# What already works and must stay


def test_the_entropy_for_the_log_is_a_positive_float(solution, device):
    _, entropy = call(solution, tensor(LOGITS, device).requires_grad_(), device, ADVANTAGES, 0.1)
    close(entropy, sum(entropy_of(row) for row in LOGITS) / 4, "mean entropy of four rows")
    _, entropy = call(solution, tensor(LOGITS[:1], device), device, ADVANTAGES[:1], 5.0)
    close(entropy, entropy_of(LOGITS[0]), "entropy of the logits (0, 1, 2)")


def test_without_a_bonus_only_the_advantages_count(solution, device):
    logits = tensor(LOGITS, device).requires_grad_()
    loss, _ = call(solution, logits, device, ADVANTAGES, 0.0)
    loss.backward()
    want = [
        [-A * ((k == a) - softmax(row)[k]) / 4 for k in range(3)]
        for A, a, row in zip(ADVANTAGES, ACTIONS, LOGITS, strict=True)
    ]
    close(logits.grad, tensor(want, device), "gradient with a coefficient of 0")


def test_where_all_actions_are_equal_the_bonus_has_nothing_to_pull(solution, device):
    logits = tensor([[0.5, 0.5, 0.5, 0.5]], device).requires_grad_()
    loss, entropy = call(solution, logits, device, [0.0], 1.0)
    loss.backward()
    close(logits.grad, tensor([[0.0] * 4], device), "gradient of equal logits")
    close(entropy, math.log(4), "entropy of four equal logits")


def test_certainty_is_no_nan(solution, device):
    logits = tensor([[800.0, -800.0, 0.0]], device).requires_grad_()
    loss, entropy = call(solution, logits, device, [1.0], 0.5, actions=[0])
    loss.backward()
    close(loss.item(), 0.0, "loss with logits of +-800")
    close(entropy, 0.0, "entropy with logits of +-800")
    close(logits.grad, tensor([[0.0] * 3], device), "gradient with logits of +-800")
    logits.grad = None
    loss, _ = call(solution, logits, device, [1.0], 0.5, actions=[1])
    loss.backward()
    close(loss.item(), 1600.0, "loss of an action whose logit is 1600 behind")
    close(logits.grad, tensor([[1.0, -1.0, 0.0]], device), "gradient of an action whose logit is 1600 behind")


@pytest.mark.parametrize(
    ("shape", "actions", "advantages", "message"),
    [
        ((4, 3), [2, 0, 1], [1.0, 1.0, 1.0, 1.0], ["(3,)", "(4, 3)"]),
        ((4, 3), [2, 0, 1, 0], [1.0], ["(1,)", "(4, 3)"]),
        ((4, 3), [2, 0, 1, 0], [[1.0], [1.0], [1.0], [1.0]], ["(4, 1)", "(4, 3)"]),
        ((3,), [2, 0, 1], [1.0, 1.0, 1.0], ["(3,)"]),
        ((0, 3), [], [], ["empty"]),
    ],
    ids=["an_action_missing", "one_advantage_for_all", "advantages_in_a_column", "one_row", "no_steps"],
)
def test_a_batch_that_does_not_fit_is_refused(solution, device, shape, actions, advantages, message):
    logits = torch.zeros(shape, dtype=torch.float64, device=device).requires_grad_()
    logits.grad = torch.full_like(logits, 0.125).detach()
    taken = torch.tensor(actions, dtype=torch.int64, device=device)
    for part in message:
        with raises(ValueError, part, "a batch that does not fit"):
            solution.actor_loss(logits, taken, tensor(advantages, device), 0.1)
    equal(logits.detach(), torch.zeros_like(logits), "logits after a refusal")
    equal(logits.grad, torch.full_like(logits, 0.125), "gradient of the logits after a refusal")


# The documented failure


def test_the_bonus_pulls_every_row_towards_certainty(broken, device, evidence):
    report, logits = compare_without_advantages(broken, device)
    evidence(report, **CLAIM, checkpoint={"logits": logits.detach()})
    close(report.autograd, -report.analytic, "gradient of the loss with all advantages at zero")
    close(report.autograd_error, 2.0, "relative error of a pull the wrong way")


def test_the_larger_the_bonus_the_sooner_the_policy_is_decided(broken, device):
    left = [entropy_of(LOGITS[0])]
    for coef in (0.5, 2.0):
        logits, _ = descend(broken, device, steps=20, lr=2.0, coef=coef)
        twin = LOGITS[0]
        for _ in range(20):
            twin = [x - 2.0 * coef * slope for x, slope in zip(twin, slope_of_entropy(twin), strict=True)]
        close(logits, tensor([twin], device), f"logits after 20 steps with a coefficient of {coef}")
        left.append(entropy_of(logits[0].tolist()))
    equal(left == sorted(left, reverse=True), True, "whether a larger bonus leaves less entropy")
