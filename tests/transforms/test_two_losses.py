"""`cross_entropy` gives each sample's loss, and to the logits the gradient of whatever is made of the losses.

The closed form: d loss[i] / d logits[i] = softmax(logits[i]) - one_hot(targets[i]), and the chain rule.
"""

import math

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

LOGITS, TARGETS = [[0.0, 1.0], [2.0, -1.0], [0.5, 0.25]], [0, 1, 1]
WEIGHTS = [0.25, 2.0, 0.0]  # of the losses in the final one
CONFIG = {"logits": LOGITS, "targets": TARGETS, "weights": WEIGHTS}
CLAIM = "the gradient of a weighted sum of losses weights each sample"
ORACLE = "closed form weight[i] * (softmax(logits[i]) - one_hot(targets[i]))"


def problem(device, values=LOGITS, targets=TARGETS):
    logits = torch.tensor(values, dtype=torch.float64, device=device, requires_grad=True)
    return logits, torch.tensor(targets, device=device)


def softmax(row):
    total = sum(math.exp(value) for value in row)
    return [math.exp(value) / total for value in row]


def by_hand(weights, values=LOGITS, targets=TARGETS):
    """weight[i] * (softmax - one hot), row by row."""
    return [
        [w * (p - (k == target)) for k, p in enumerate(softmax(row))]
        for w, row, target in zip(weights, values, targets)
    ]


def weighted(module, device):
    """The gradient of a weighted sum of the losses beside its two witnesses."""
    logits, targets = problem(device)
    weights = torch.tensor(WEIGHTS, dtype=torch.float64, device=device)

    def exact(at):
        return sum(-w * math.log(softmax(row)[t]) for w, row, t in zip(WEIGHTS, at.tolist(), TARGETS))

    numeric = gradients.central_difference(exact, logits)
    (weights * module.cross_entropy(logits, targets)).sum().backward()
    analytic = torch.tensor(by_hand(WEIGHTS), dtype=torch.float64, device=device)
    what = f"gradient of the losses weighted with {WEIGHTS}"
    return gradients.compare(logits.grad, analytic=analytic, numeric=numeric, what=what), logits


# What cross_entropy promises


def test_each_sample_counts_by_its_weight(solution, device, evidence):
    report, logits = weighted(solution, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG, checkpoint={"logits": logits.detach()})
    report.require()


def test_the_mean_has_the_gradient_of_a_mean(solution, device):
    logits, targets = problem(device)
    solution.cross_entropy(logits, targets).mean().backward()
    close(logits.grad, by_hand([1 / 3] * 3), "gradient of the mean of 3 losses")


def test_two_samples_with_two_classes_keep_their_own_weights(solution, device):
    logits, targets = problem(device, LOGITS[:2], TARGETS[:2])
    losses = solution.cross_entropy(logits, targets)
    (losses[0] - 3 * losses[1]).backward()
    close(logits.grad, by_hand([1, -3], LOGITS[:2], TARGETS[:2]), "gradient of loss 0 minus 3 times loss 1")


def test_the_square_of_a_loss_follows_the_chain_rule(solution, device):
    logits, targets = problem(device)
    (solution.cross_entropy(logits, targets) ** 2).sum().backward()
    slopes = [-2 * math.log(softmax(row)[target]) for row, target in zip(LOGITS, TARGETS)]
    close(logits.grad, by_hand(slopes), "gradient of the sum of squared losses")


def test_one_result_serves_several_backward_passes(solution, device):
    logits, targets = problem(device)
    losses = solution.cross_entropy(logits, targets)
    for sample in range(3):
        logits.grad = None
        losses[sample].backward(retain_graph=True)
        only = [float(k == sample) for k in range(3)]
        close(logits.grad, by_hand(only), f"gradient of the loss of sample {sample} alone")


# What already works and must stay


def test_the_losses_are_the_negative_log_probabilities(solution, device):
    logits, targets = problem(device)
    expected = [-math.log(softmax(row)[target]) for row, target in zip(LOGITS, TARGETS)]
    close(solution.cross_entropy(logits, targets), expected, "loss of each sample")


def test_a_plain_sum_has_the_right_gradient(solution, device):
    logits, targets = problem(device)
    solution.cross_entropy(logits, targets).sum().backward()
    close(logits.grad, by_hand([1, 1, 1]), "gradient of the plain sum")


def test_the_losses_have_the_dtype_of_the_logits(solution, device):
    logits = torch.tensor([[0.1, 0.7, 0.2]], device=device)
    losses = solution.cross_entropy(logits, torch.tensor([1], device=device))
    want = torch.tensor([-math.log(softmax([0.1, 0.7, 0.2])[1])], device=device)
    close(losses, want, "loss of one sample in float32")


def test_large_logits_are_fine(solution, device):
    logits, targets = problem(device, [[1000.0, -1000.0], [0.0, 2000.0]], [1, 1])
    losses = solution.cross_entropy(logits, targets)
    close(losses, [2000.0, 0.0], "losses at logits of a thousand, the first one a confident mistake")
    losses.sum().backward()
    close(logits.grad, [[1.0, -1.0], [0.0, 0.0]], "gradient of their sum")


def test_zero_samples_give_zero_losses(solution, device):
    logits = torch.zeros(0, 4, dtype=torch.float64, device=device, requires_grad=True)
    losses = solution.cross_entropy(logits, torch.zeros(0, dtype=torch.int64, device=device))
    equal(tuple(losses.shape), (0,), "shape of the losses of zero samples")


@pytest.mark.parametrize(("shape", "targets"), [((3, 2), [0, 1]), ((2,), [0, 1]), ((1, 2), [[0]])])
def test_each_row_needs_one_target(solution, device, shape, targets):
    logits = torch.zeros(shape, dtype=torch.float64, device=device)
    with raises(ValueError, "target", f"logits {shape} with targets {targets}"):
        solution.cross_entropy(logits, torch.tensor(targets, device=device))


# The documented failure


def test_no_weight_reaches_the_gradient(broken, device, evidence):
    report, logits = weighted(broken, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG, checkpoint={"logits": logits.detach()})
    close(report.autograd, by_hand([1, 1, 1]), "gradient of the weighted losses, as if all weights were 1")


def test_a_sample_that_is_left_out_gets_its_gradient_all_the_same(broken, device):
    logits, targets = problem(device)
    broken.cross_entropy(logits, targets)[0].backward()
    close(logits.grad, by_hand([1, 1, 1]), "gradient of the first loss alone")


def test_a_loss_times_zero_trains_as_before(broken, device):
    logits, targets = problem(device)
    (0 * broken.cross_entropy(logits, targets)).sum().backward()
    close(logits.grad, by_hand([1, 1, 1]), "gradient of the losses times 0")
