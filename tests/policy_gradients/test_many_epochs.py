"""PPO on one rollout: `improve` takes many small steps, all measured from the policy that collected it.

On paper the slope of the clipped surrogate in log pi(a | s) is r * A, or 0 where the gain is capped, with
the ratio r of the policy now to the policy at the call. A sample adds -slope * (e_a - pi(. | s)) to the
gradient in the logits of its state, divided by the size of its minibatch; e_a is 1 at the action taken.
"""

import math

import pytest
import torch

from torchkata import gradients, mdp
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

WEIGHT = [[0.5, -0.25], [0.0, 0.75], [-1.0, 0.25]]
STATES = [[1.0, 0.0], [0.5, 2.0], [-1.0, 1.0], [0.25, -0.5]]
ACTIONS = [2, 0, 1, 2]
ADVANTAGES = [1.5, -1.0, 0.5, -2.0]
SHUFFLED = [[2, 0, 3, 1], [1, 3, 2, 0], [3, 2, 1, 0], [0, 1, 2, 3]]
WHOLE = [[0, 1, 2, 3]] * 4
LR = 0.25

CLAIM = {
    "claim": "step 4 follows the gradient of the clipped surrogate, measured from the policy at the call",
    "oracle": "closed form, case by case: -slope * (e_a - pi)",
    "config": {
        "weight": WEIGHT,
        "states": STATES,
        "actions": ACTIONS,
        "advantages": ADVANTAGES,
        "lr": LR,
        "clip": 0.2,
        "steps": 4,
    },
}


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def linear(weight, device):
    module = torch.nn.Linear(len(weight[0]), len(weight), bias=False, dtype=torch.float64, device=device)
    with torch.no_grad():
        module.weight.copy_(tensor(weight, device))
    return module


def run(module, device, order, size, clip=0.2, lr=LR, policy=None):
    """The weight after all minibatches, and what was returned."""
    policy = linear(WEIGHT, device) if policy is None else policy
    shares = module.improve(
        policy,
        torch.optim.SGD(policy.parameters(), lr=lr),
        tensor(STATES, device),
        torch.tensor(ACTIONS, device=device),
        tensor(ADVANTAGES, device),
        torch.tensor(order, dtype=torch.int64, device=device).reshape(-1, 4),
        size,
        clip=clip,
    )
    return policy.weight.detach().clone(), shares


def scores(weight):
    log_pi = torch.log_softmax(tensor(STATES, weight.device) @ weight.T, dim=1)
    return log_pi[torch.arange(4), ACTIONS].tolist()


def slope_of(weight, old, batch, clip):
    """The gradient of minus the surrogate for a minibatch, and how many ratios lie outside."""
    states, gradient, outside = tensor(STATES, weight.device), torch.zeros_like(weight), 0
    pis, new = torch.softmax(states @ weight.T, dim=1), scores(weight)
    for i in batch:
        ratio = math.exp(new[i] - old[i])
        _, rise = mdp.clipped_surrogate(ratio, ADVANTAGES[i], clip)
        slope = -rise * pis[i]
        slope[ACTIONS[i]] += rise
        gradient -= torch.outer(slope, states[i]) / len(batch)
        outside += abs(ratio - 1) > clip
    return gradient, outside


def by_hand(device, order, size, clip=0.2, lr=LR, moving=False, start=WEIGHT):
    """The same on paper; with `moving` the old policy is always the one before the step."""
    weight = tensor(start, device)
    old, shares = scores(weight), []
    for row in order:
        total = 0
        for first in range(0, 4, size):
            old = scores(weight) if moving else old
            gradient, outside = slope_of(weight, old, row[first : first + size], clip)
            weight, total = weight - lr * gradient, total + outside
        shares.append(total / 4)
    return weight, shares


def compare_step_four(module, device):
    """Step 4 divided by lr, beside the closed form and differences with a frozen old policy."""
    (before, _), (after, _) = run(module, device, WHOLE[:3], 4), run(module, device, WHOLE[:4], 4)
    states, old = tensor(STATES, device), tensor(scores(tensor(WEIGHT, device)), device)

    def frozen(weight):
        log_pi = torch.log_softmax(states @ weight.T, dim=1)[torch.arange(4), ACTIONS]
        pairs = zip((log_pi - old).exp().tolist(), ADVANTAGES, strict=True)
        return -sum(mdp.clipped_surrogate(ratio, advantage)[0] for ratio, advantage in pairs) / 4

    return gradients.compare(
        (before - after) / LR,
        analytic=slope_of(before, old.tolist(), range(4), 0.2)[0],
        numeric=gradients.central_difference(frozen, before),
        what="gradient applied in step 4",
    ), {"weight": before}


# What improve promises


def test_the_fourth_step_is_measured_from_the_policy_at_the_call(solution, device, evidence):
    report, checkpoint = compare_step_four(solution, device)
    evidence(report, **CLAIM, checkpoint=checkpoint)
    report.require()


@pytest.mark.parametrize(
    ("size", "clip", "lr"), [(1, 0.2, 0.25), (2, 0.1, 0.5), (3, 0.2, 0.5), (4, 0.1, 0.25)]
)
def test_shuffled_minibatches_follow_the_formula(solution, device, size, clip, lr):
    weight, shares = run(solution, device, SHUFFLED, size, clip, lr)
    expected, expected_shares = by_hand(device, SHUFFLED, size, clip, lr)
    what = f"after 4 epochs of minibatches of {size}, clip {clip}, lr {lr}"
    close(weight, expected, f"weight {what}")
    close(shares, expected_shares, f"shares outside the clip {what}")


def test_the_next_rollout_is_measured_from_the_policy_that_collected_it(solution, device):
    policy, expected = linear(WEIGHT, device), tensor(WEIGHT, device)
    for rollout in (1, 2, 3):
        weight, shares = run(solution, device, SHUFFLED[:2], 2, lr=0.5, policy=policy)
        expected, expected_shares = by_hand(device, SHUFFLED[:2], 2, lr=0.5, start=expected.tolist())
        close(weight, expected, f"weight after rollout {rollout}, each of 2 epochs")
        close(shares, expected_shares, f"shares outside the clip in rollout {rollout}")


def test_a_good_action_is_pushed_past_the_clip_once_and_not_further(solution, device):
    # Logits (x, -x): the first step adds .5 * .5 = .25 to x. The ratio is then 1.245, and the push ends.
    policy, shares = one_sample(solution, device)
    close(policy.weight.detach(), [[0.25], [-0.25]], "logits after 20 epochs on one good action")
    equal(shares, [0.0] + [1.0] * 19, "shares outside the clip")


# What already works and must stay


def test_one_step_is_a_plain_policy_gradient(solution, device):
    weight, shares = run(solution, device, WHOLE[:1], 4)
    pi = torch.softmax(tensor(STATES, device) @ tensor(WEIGHT, device).T, dim=1)
    taken = torch.nn.functional.one_hot(torch.tensor(ACTIONS, device=device), 3)
    ascent = ((taken - pi) * tensor(ADVANTAGES, device)[:, None]).T @ tensor(STATES, device) / 4
    close(weight, tensor(WEIGHT, device) + LR * ascent, "weight after one step, where every ratio is 1")
    equal(shares, [0.0], "share outside the clip in one step")


@pytest.mark.parametrize("size", [1, 3])
def test_no_epoch_changes_nothing(solution, device, size):
    weight, shares = run(solution, device, [], size)
    equal(weight, tensor(WEIGHT, device), "weight after 0 epochs")
    equal(shares, [], "shares of 0 epochs")


@pytest.mark.parametrize(
    ("actions", "advantages", "order", "message"),
    [
        ((0,), (0,), (2, 0), "empty"),
        ((4,), (3,), (2, 4), "(3,)"),
        ((4,), (4, 1), (2, 4), "(4, 1)"),
        ((4,), (1,), (2, 4), "(1,)"),
        ((4,), (4,), (2, 3), "(2, 3)"),
        ((4,), (4,), (4,), "(4,), (4,), (4,)"),
    ],
    ids=["empty", "one_missing", "in_a_column", "one_for_all", "short_order", "flat_order"],
)
def test_a_rollout_that_makes_no_sense_is_refused(solution, device, actions, advantages, order, message):
    policy = linear(WEIGHT, device)
    policy.weight.grad = torch.full_like(policy.weight, 0.125).detach()
    with raises(ValueError, message, "a rollout that makes no sense"):
        solution.improve(
            policy,
            torch.optim.SGD(policy.parameters(), lr=LR),
            torch.ones(actions[0], 2, dtype=torch.float64, device=device),
            torch.zeros(actions, dtype=torch.int64, device=device),
            torch.ones(advantages, dtype=torch.float64, device=device),
            torch.zeros(order, dtype=torch.int64, device=device),
            2,
        )
    equal(policy.weight.detach(), tensor(WEIGHT, device), "weight after a refusal")
    equal(policy.weight.grad, torch.full_like(policy.weight, 0.125), "gradient after a refusal")


def one_sample(module, device):
    """One state, two actions, the first of which was good; 20 epochs with lr 0.5."""
    policy = linear([[0.0], [0.0]], device)
    shares = module.improve(
        policy,
        torch.optim.SGD(policy.parameters(), lr=0.5),
        tensor([[1.0]], device),
        torch.tensor([0], device=device),
        tensor([1.0], device),
        torch.zeros(20, 1, dtype=torch.int64, device=device),
        1,
    )
    return policy, shares


# The documented failure


def test_the_clip_never_acts_and_a_good_action_is_pushed_without_end(broken, device):
    policy, shares = one_sample(broken, device)
    x = 0.0
    for _ in range(20):
        x += 0.5 * (1 - 1 / (1 + math.exp(-2 * x)))  # lr * (1 - pi), the plain policy gradient
    close(policy.weight.detach(), [[x], [-x]], "logits after 20 epochs on one good action")
    equal(shares, [0.0] * 20, "shares outside the clip")
    ratio = 2 * torch.softmax(policy.weight[:, 0], 0)[0].item()
    close(ratio, 1.901, "ratio after 20 epochs", rtol=0.0, atol=1e-3)


@pytest.mark.parametrize("size", [3, 4])
def test_every_step_is_measured_from_the_policy_just_before_it(broken, device, size):
    weight, shares = run(broken, device, SHUFFLED, size)
    close(weight, by_hand(device, SHUFFLED, size, moving=True)[0], f"weight, minibatches of {size}")
    equal(shares, [0.0] * 4, f"shares outside the clip, minibatches of {size}")


def test_the_fourth_step_has_forgotten_where_it_started(broken, device, evidence):
    report, checkpoint = compare_step_four(broken, device)
    evidence(report, **CLAIM, checkpoint=checkpoint)
    weight = checkpoint["weight"]
    close(report.autograd, slope_of(weight, scores(weight), range(4), 0.2)[0], "gradient applied in step 4")
