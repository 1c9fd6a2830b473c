"""PPO's clipped loss: `policy_loss` rewards no step beyond the clip, and always lets a policy come back.

The slope of the loss in log pi(a | s), for one sample, on paper, with clip = 0.2:

    ratio         0.5    1     1.5    4
    advantage 1  -0.5   -1     0      0      a good action is pushed until it is 1.2 times as likely
    advantage -1  0      1     1.5    4      a bad one is pushed until it is 0.8 times as likely
"""

import math

import pytest
import torch

from torchkata import gradients, mdp
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

RATIOS = [0.5, 1.0, 1.5, 4.0]
SLOPES = {1.0: [-0.5, -1.0, 0.0, 0.0], -1.0: [0.0, 1.0, 1.5, 4.0]}
VALUES = {1.0: [-0.5, -1.0, -1.2, -1.2], -1.0: [0.8, 1.0, 1.5, 4.0]}
# One state, four actions: ratios 3, .5, 5/3 and .25, so that each way of leaving the clip occurs once.
OLD, NEW = [0.1, 0.2, 0.3, 0.4], [0.3, 0.1, 0.5, 0.1]
ADVANTAGES = [1.0, -1.0, -2.0, 0.5]

CLAIM = {
    "claim": "the expected gradient of the loss is that of the clipped surrogate, negated",
    "oracle": "closed form: sum over actions of old * slope * (pi - e_a), the slope by cases",
    "config": {"old": OLD, "new": NEW, "advantages": ADVANTAGES, "clip": 0.2},
}


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def slopes_and_loss(module, device, ratios, advantages, dtype=torch.float64, **clip):
    """d loss / d log_probs and the loss, for samples with these ratios; no action is certain."""
    old = torch.tensor([-2.0 - 0.25 * i for i in range(len(ratios))], dtype=dtype, device=device)
    log_probs = (old + torch.tensor(ratios, dtype=dtype, device=device).log()).requires_grad_()
    loss = module.policy_loss(log_probs, old, torch.tensor(advantages, dtype=dtype, device=device), **clip)
    equal(tuple(loss.shape), (), "shape of the loss")
    return torch.autograd.grad(loss, log_probs)[0], loss.detach()


def compare_expected_gradient(module, device):
    """Every action once, weighted as the old policy took it, beside two witnesses."""
    old, logits = tensor(OLD, device).log(), tensor(NEW, device).log().requires_grad_()

    def loss(action):
        new = torch.log_softmax(logits, 0)[action : action + 1]
        return module.policy_loss(new, old[action : action + 1], tensor([ADVANTAGES[action]], device))

    (got,) = mdp.expected_gradient(loss, [logits], [(p, action) for action, p in enumerate(OLD)])

    def surrogate(at):
        ratios = (torch.log_softmax(at, 0) - old).exp().tolist()
        return -sum(
            p * mdp.clipped_surrogate(r, a)[0] for p, r, a in zip(OLD, ratios, ADVANTAGES, strict=True)
        )

    # Two actions have a slope: .3 * (5/3) * -2 = -1 for action 2, .4 * .25 * .5 = .05 for action 3.
    analytic = [-0.95 * p for p in NEW]
    analytic[2] += 1.0
    analytic[3] -= 0.05
    return gradients.compare(
        got,
        analytic=tensor(analytic, device),
        numeric=gradients.central_difference(surrogate, logits.detach()),
        what="expected gradient in the logits",
    ), {"logits": logits.detach()}


# What policy_loss promises


def test_the_expected_gradient_is_that_of_the_clipped_surrogate(solution, device, evidence):
    report, checkpoint = compare_expected_gradient(solution, device)
    evidence(report, **CLAIM, checkpoint=checkpoint)
    report.require()


@pytest.mark.parametrize("advantage", [1.0, -1.0])
@pytest.mark.parametrize("index", range(4))
def test_a_single_sample_is_pushed_as_the_table_says(solution, device, advantage, index):
    ratio = RATIOS[index]
    slope, loss = slopes_and_loss(solution, device, [ratio], [advantage])
    what = f"at ratio {ratio}, advantage {advantage}"
    close(slope, [SLOPES[advantage][index]], f"slope {what}")
    close(loss, tensor(VALUES[advantage][index], device), f"loss {what}")


@pytest.mark.parametrize("clip", [0.1, 0.25, 0.5])
@pytest.mark.parametrize("scale", [2.5, 0.25])
def test_a_batch_is_the_mean_of_its_samples(solution, device, clip, scale):
    ratios = [0.45, 0.8, 0.95, 1.05, 1.2, 1.55, 40.0] * 2
    advantages = [scale] * 7 + [-scale] * 7
    slopes, loss = slopes_and_loss(solution, device, ratios, advantages, clip=clip)
    cells = [mdp.clipped_surrogate(r, a, clip) for r, a in zip(ratios, advantages, strict=True)]
    close(slopes, [-slope / 14 for _, slope in cells], f"slopes of 14 samples, clip {clip}")
    close(loss, tensor(-sum(gain for gain, _ in cells) / 14, device), f"loss of 14 samples, clip {clip}")


def test_many_steps_leave_the_clip_by_one_step_at_most(solution, device):
    # Logits (x, -x), pi_old = .5: the first step adds .25 to x, the ratio is 1.245, and the push ends.
    close(train(solution, device, 1.0, start=0.0), 0.25, "logit of a good action after 6 steps")
    close(train(solution, device, -1.0, start=0.0), -0.25, "logit of a bad action after 6 steps")


def test_a_policy_that_went_too_far_comes_back(solution, device):
    for advantage in (1.0, -1.0):
        x = -advantage  # a good action that is rare now, or a bad one that is frequent
        for _ in range(6):
            ratio = 2 / (1 + math.exp(-2 * x))
            x += 0.5 * mdp.clipped_surrogate(ratio, advantage)[1] * (1 - ratio / 2)
        got = train(solution, device, advantage, start=-advantage)
        close(got, x, f"logit after 6 steps, advantage {advantage}")


def train(module, device, advantage, start):
    """The first of two logits after 6 steps; both actions had probability .5 when the first was taken."""
    logits = tensor([start, -start], device).requires_grad_()
    old, advantages = tensor([0.5], device).log(), tensor([advantage], device)
    for _ in range(6):
        loss = module.policy_loss(torch.log_softmax(logits, 0)[:1], old, advantages)
        (gradient,) = torch.autograd.grad(loss, logits)
        logits.data -= 0.5 * gradient
    return logits[0].item()


# What already works and must stay


def test_at_ratio_one_it_is_the_plain_policy_gradient(solution, device):
    advantages = [1.0, -1.0, 3.0, 0.0]
    slopes, loss = slopes_and_loss(solution, device, [1.0] * 4, advantages)
    close(slopes, [-a / 4 for a in advantages], "slopes where the two policies agree")
    close(loss, tensor(-0.75, device), "loss where the two policies agree")


def test_inside_the_clip_nothing_is_clipped(solution, device):
    slopes, loss = slopes_and_loss(solution, device, [0.9, 1.1, 0.9, 1.1], [1.0, 2.0, -1.0, -2.0])
    close(slopes, [-0.225, -0.55, 0.225, 0.55], "slopes inside the clip")
    close(loss, tensor(0.0, device), "loss inside the clip")


def test_the_dtype_stays(solution, device):
    slopes, loss = slopes_and_loss(solution, device, [0.9], [0.3], dtype=torch.float32)
    equal((slopes.dtype, loss.dtype), (torch.float32, torch.float32), "dtypes of the slope and the loss")


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (((0,), (0,), (0,)), "empty"),
        (((4,), (4,), (3,)), "(4,), (4,), (3,)"),
        (((4,), (3,), (4,)), "(4,), (3,), (4,)"),
        (((4,), (4,), (4, 1)), "(4, 1)"),
        (((4,), (1,), (4,)), "(1,)"),
        (((4, 1), (4, 1), (4, 1)), "(4, 1)"),
    ],
    ids=["empty", "advantage_missing", "old_missing", "in_a_column", "one_for_all", "columns"],
)
def test_a_batch_that_makes_no_sense_is_refused(solution, device, shapes, message):
    log_probs, old, advantages = (torch.ones(s, dtype=torch.float64, device=device) for s in shapes)
    refused(solution, log_probs, old, advantages, message)


@pytest.mark.parametrize("which", [1, 2], ids=["old_log_probs", "advantages"])
def test_constants_that_require_a_gradient_are_refused(solution, device, which):
    batch = [torch.ones(4, dtype=torch.float64, device=device) for _ in range(3)]
    batch[which].requires_grad_()
    refused(solution, *batch, "constants")


def refused(solution, log_probs, old, advantages, message):
    log_probs.requires_grad_().grad = torch.full_like(log_probs, 0.125).detach()
    with raises(ValueError, message, "a batch that makes no sense"):
        solution.policy_loss(log_probs, old, advantages)
    equal(log_probs.detach(), torch.ones_like(log_probs).detach(), "log_probs after a refusal")
    equal(log_probs.grad, torch.full_like(log_probs, 0.125).detach(), "their gradient after a refusal")
    for constant in (old, advantages):
        equal(constant.grad, None, "gradient of a constant after a refusal")


# The documented failure


@pytest.mark.parametrize(
    ("advantage", "slopes"), [(1.0, [0.0, -1.0, -1.5, -4.0]), (-1.0, [0.5, 1.0, 0.0, 0.0])]
)
def test_it_pushes_where_it_should_stop_and_stops_where_it_should_push(broken, device, advantage, slopes):
    for ratio, slope in zip(RATIOS, slopes, strict=True):
        got, _ = slopes_and_loss(broken, device, [ratio], [advantage])
        close(got, [slope], f"slope at ratio {ratio}, advantage {advantage}")


def test_many_steps_run_away_and_a_mistake_is_never_fixed(broken, device):
    x = 0.0
    for _ in range(6):
        ratio = 2 / (1 + math.exp(-2 * x))
        x += 0.5 * ratio * (1 - ratio / 2)  # as if there were no clip
    close(train(broken, device, 1.0, start=0.0), x, "logit of a good action after 6 steps")
    equal(train(broken, device, -1.0, start=1.0), 1.0, "logit of a bad action that became frequent")


def test_the_expected_gradient_comes_from_the_other_two_actions(broken, device, evidence):
    report, checkpoint = compare_expected_gradient(broken, device)
    evidence(report, **CLAIM, checkpoint=checkpoint)
    # .1 * 3 * 1 = .3 for action 0, .2 * .5 * -1 = -.1 for action 1
    expected = [0.2 * p for p in NEW]
    expected[0] -= 0.3
    expected[1] += 0.1
    close(report.autograd, expected, "expected gradient in the logits")
