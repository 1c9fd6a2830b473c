"""One training step with clamped weights: what `train_step` promises.

The gradient belongs to the network that ran, the clamped one; the free weights take the step.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, raises

pytestmark = pytest.mark.float64

LIMIT, LR = 1.0, 0.25
ENCODER, HEAD = [[3.0, 0.5]], [2.0, -0.5]  # clamped: [[1, 0.5]] and [1, -0.5]
CONFIG = {"encoder": ENCODER, "head": HEAD, "inputs": [[1.0]], "targets": [0.25], "limit": LIMIT, "lr": LR}
CLAIM = "the encoder moves by -lr times the gradient at the clamped weights"
ORACLE = "closed form 2 (x e h - t) x h with e and h clamped"


def tensor(values, device, **options):
    return torch.tensor(values, dtype=torch.float64, device=device, **options)


def problem(device, encoder=ENCODER, head=HEAD):
    """One sample x = 1 with target 1/4. The clamped network says 1 - 1/4 = 3/4: error 1/2, loss 1/4."""
    weights = tensor(encoder, device, requires_grad=True), tensor(head, device, requires_grad=True)
    return *weights, tensor([[1.0]], device), tensor([0.25], device)


def step(module, encoder, head, inputs, targets):
    return module.train_step(encoder, head, inputs, targets, limit=LIMIT, lr=LR)


def closed_form(encoder, head, inputs, targets, limit=LIMIT):
    """The loss and both gradients at the clamped weights, with the derivatives written out."""
    encoder, head = encoder.detach().clamp(-limit, limit), head.detach().clamp(-limit, limit)
    error = inputs @ encoder @ head - targets  # (samples,)
    slope = 2 * error / len(error)  # d loss / d prediction
    return (error**2).mean().item(), torch.outer(inputs.T @ slope, head), (inputs @ encoder).T @ slope


def encoder_gradient(module, device):
    """The gradient by which one step moved the encoder, beside its two witnesses."""
    encoder, head, inputs, targets = problem(device)
    at, clamped_head = tensor(ENCODER, device).clamp(-LIMIT, LIMIT), tensor(HEAD, device).clamp(-LIMIT, LIMIT)
    _, analytic, _ = closed_form(encoder, head, inputs, targets)
    numeric = gradients.central_difference(
        lambda weight: ((inputs @ weight @ clamped_head - targets) ** 2).mean(), at
    )
    step(module, encoder, head, inputs, targets)
    applied = (tensor(ENCODER, device) - encoder.detach()) / LR
    what = "the gradient that moved the encoder in 1 step"
    return gradients.compare(applied, analytic=analytic, numeric=numeric, what=what), encoder


# What train_step promises


def test_the_encoder_moves_by_the_gradient_at_the_clamped_weights(solution, device, evidence):
    report, encoder = encoder_gradient(solution, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG, checkpoint={"encoder": encoder.detach()})
    report.require()


def test_five_steps_follow_the_formula(solution, device):
    encoder, head, _, _ = problem(device, encoder=[[3.0, 0.5], [-2.0, 0.25]])
    inputs, targets = tensor([[1.0, 0.5], [-0.5, 1.0], [0.0, 2.0]], device), tensor([0.25, 1.0, -1.0], device)
    want_encoder, want_head = encoder.detach().clone(), head.detach().clone()
    for k in range(1, 6):
        want_loss, *slopes = closed_form(want_encoder, want_head, inputs, targets, limit=0.75)
        want_encoder, want_head = want_encoder - 0.1 * slopes[0], want_head - 0.1 * slopes[1]
        loss = solution.train_step(encoder, head, inputs, targets, limit=0.75, lr=0.1)
        close(encoder, want_encoder, f"the encoder after step {k}")
        close(head, want_head, f"the head after step {k}")
        close(loss, want_loss, f"the loss of step {k}")


# What already works and must stay


def test_the_loss_is_that_of_the_clamped_network(solution, device):
    close(step(solution, *problem(device)), 0.25, "the loss of the first step")


def test_the_head_moves_from_where_it_was(solution, device):
    encoder, head, inputs, targets = problem(device)
    step(solution, encoder, head, inputs, targets)
    close(head, [1.75, -0.625], "the head after 1 step, whose gradient is (1, 0.5)")


def test_weights_within_the_limit_train_as_usual(solution, device):
    encoder, head, inputs, targets = problem(device, encoder=[[0.75, 0.5]], head=[0.5, -0.75])
    loss = step(solution, encoder, head, inputs, targets)
    close(loss, 0.0625, "the loss of weights within the limit")
    close(encoder, [[0.8125, 0.40625]], "the encoder after 1 step within the limit")
    close(head, [0.59375, -0.6875], "the head after 1 step within the limit")


def test_a_head_of_zero_gives_the_encoder_no_slope(solution, device):
    encoder, head = (tensor(values, device).requires_grad_() for values in ([[3.0]], [0.0]))
    inputs, targets = tensor([[1.0]], device), tensor([0.5], device)
    loss = solution.train_step(encoder, head, inputs, targets, LIMIT, 0.25)
    # the output is 0, so the error is -1/2: the slopes are 2 (-1/2) h = 0 and 2 (-1/2) e = -1, with e = 1
    close(loss, 0.25, "the loss with a head of 0")
    close(encoder.detach(), [[3.0]], "the encoder, through a head of 0")
    close(head.detach(), [0.25], "the head, from 0")


def test_no_samples_are_refused_and_change_nothing(solution, device):
    encoder, head, inputs, targets = problem(device)
    with raises(ValueError, "no samples", "training on no samples"):
        step(solution, encoder, head, inputs[:0], targets[:0])
    close(encoder, ENCODER, "the encoder after a call without samples")
    close(head, HEAD, "the head after a call without samples")


# The documented failure


def test_the_encoder_moves_by_a_gradient_computed_with_the_free_head(broken, device, evidence):
    report, encoder = encoder_gradient(broken, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG, checkpoint={"encoder": encoder.detach()})
    # 2 (1/2) x h with the free h = (2, -1/2), where the clamped one, (1, -1/2), was promised
    close(report.autograd, [[2.0, -0.5]], "the gradient that moved the encoder")


def test_nothing_else_looks_wrong(broken, device):
    encoder, head, inputs, targets = problem(device)
    close(step(broken, encoder, head, inputs, targets), 0.25, "the loss")
    close(head, [1.75, -0.625], "the head")
    close(encoder, [[2.5, 0.625]], "the encoder, where [[2.75, 0.625]] was promised")
