"""Smoothed labels and padding: what `smoothed_loss` promises.

The cost of a token is written out: its label's -log p and the mean of -log p over the vocabulary, in the
shares 1 - smoothing and smoothing. The gradient of its scores is (p - share) / number of labeled tokens.
"""

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

X, VOCABULARY = -100, 5
LABELS = [[3, 0, 1, X], [2, X, X, X], [X, 4, X, 0]]
SMOOTHINGS = [0.0, 0.125, 0.5, 1.0]
CONFIG = {"labels": LABELS, "smoothing": 0.125}
CLAIM = "what stands where no token is asked for has no part in the loss"
ORACLE = "closed form (softmax - share) / number of labeled tokens, 0 elsewhere"


def batch(device, labels=LABELS, factor=1.0):
    """Unequal scores for labels of this shape; those at padding times `factor`."""
    labels = torch.tensor(labels, device=device)
    places = torch.arange(labels.numel() * VOCABULARY, dtype=torch.float64, device=device)
    scores = 2 * torch.cos(places * places).reshape(*labels.shape, VOCABULARY)
    return torch.where((labels == X).unsqueeze(2), factor * scores, scores).requires_grad_(), labels


def by_hand(scores, labels, smoothing):
    """The loss, and its gradient with respect to the scores, computed on the CPU."""
    scores, labels = scores.detach().cpu(), labels.cpu()  # an accelerator takes long for so many small steps
    logs, total, count = scores.log_softmax(dim=2), 0.0, (labels != X).sum().item()
    slope = torch.zeros_like(logs)
    for i, j in (labels != X).nonzero().tolist():
        shares = torch.full_like(logs[i, j], smoothing / VOCABULARY)
        shares[labels[i, j]] += 1 - smoothing
        total -= (shares * logs[i, j]).sum().item()
        slope[i, j] = (logs[i, j].exp() - shares) / count
    return total / count, slope


# What smoothed_loss promises


def test_padding_has_no_gradient_and_real_tokens_have_theirs(solution, device, evidence):
    scores, labels = batch(device)
    loss = solution.smoothed_loss(scores, labels, 0.125)
    (slope,) = torch.autograd.grad(3 * loss, scores)
    analytic = 3 * by_hand(scores, labels, 0.125)[1]
    numeric = gradients.central_difference(
        lambda at: 3 * by_hand(at, labels, 0.125)[0], scores.detach().cpu()
    )
    report = gradients.compare(slope, analytic=analytic, numeric=numeric, what="gradient of 3 times the loss")
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG, checkpoint={"scores": scores.detach()})
    report.require()


@pytest.mark.parametrize("smoothing", SMOOTHINGS[1:])
def test_the_loss_is_the_mean_over_the_labeled_tokens(solution, device, smoothing):
    scores, labels = batch(device)
    loss = solution.smoothed_loss(scores, labels, smoothing)
    close(loss.item(), by_hand(scores, labels, smoothing)[0], f"loss with smoothing {smoothing}")


@pytest.mark.parametrize("smoothing", SMOOTHINGS[1:])
def test_what_stands_at_padding_does_not_matter(solution, device, smoothing):
    for factor in (0.0, 1.0, -5.0):
        scores, labels = batch(device, factor=factor)
        loss = solution.smoothed_loss(scores, labels, smoothing)
        want = by_hand(scores, labels, smoothing)[0]
        close(loss.item(), want, f"loss with smoothing {smoothing}, scores at padding times {factor}")


@pytest.mark.parametrize("more", [1, 4])
def test_more_padding_changes_nothing(solution, device, more):
    scores, labels = batch(device)
    want = by_hand(scores, labels, 0.5)[0]
    scores = torch.nn.functional.pad(scores, (0, 0, 0, more), value=1.5)
    labels = torch.nn.functional.pad(labels, (0, more), value=X)
    close(
        solution.smoothed_loss(scores, labels, 0.5).item(), want, f"loss with {more} columns of padding more"
    )


# What already works and must stay


def test_without_smoothing_it_is_plain_cross_entropy(solution, device):
    scores, labels = batch(device)
    loss = solution.smoothed_loss(scores, labels, 0.0)
    (slope,) = torch.autograd.grad(loss, scores)
    want, analytic = by_hand(scores, labels, 0.0)
    close(loss.item(), want, "loss without smoothing")
    close(slope, analytic, "gradient without smoothing")


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_without_padding_it_is_the_mean_over_all(solution, device, smoothing):
    scores, labels = batch(device, [[0, 1, 2], [4, 4, 3]])
    loss = solution.smoothed_loss(scores, labels, smoothing)
    (slope,) = torch.autograd.grad(loss, scores)
    want, analytic = by_hand(scores, labels, smoothing)
    close(loss.item(), want, f"loss of six labeled tokens with smoothing {smoothing}")
    close(slope, analytic, f"gradient of six labeled tokens with smoothing {smoothing}")


def test_the_dtype_is_that_of_the_scores(solution, device):
    scores, labels = batch(device)
    loss = solution.smoothed_loss(scores.detach().float(), labels, 0.0)
    equal(
        (loss.dtype, tuple(loss.shape)), (torch.float32, ()), "dtype and shape of the loss of float32 scores"
    )


def test_scores_and_labels_stay_as_they_were(solution, device):
    scores, labels = batch(device)
    before = scores.detach().clone(), labels.clone()
    solution.smoothed_loss(scores, labels, 0.5)
    equal((scores.detach(), labels), before, "scores and labels after the loss")


def test_a_batch_without_labels_is_an_error(solution, device):
    scores, labels = batch(device)
    with raises(ValueError, "no token is labeled", "a batch of padding only"):
        solution.smoothed_loss(scores, torch.full_like(labels, X), 0.5)


# The documented failure


@pytest.mark.parametrize("smoothing", SMOOTHINGS[1:])
def test_padding_adds_its_part_of_the_smoothing(broken, device, smoothing):
    scores, labels = batch(device)
    loss = broken.smoothed_loss(scores, labels, smoothing)
    (slope,) = torch.autograd.grad(loss, scores)
    want, analytic = by_hand(scores, labels, smoothing)
    logs, padding = scores.detach().cpu().log_softmax(dim=2), labels.cpu() == X
    want -= smoothing * logs[padding].mean(dim=1).sum().item() / 6
    analytic[padding] = smoothing * (logs[padding].exp() - 1 / VOCABULARY) / 6
    close(loss.item(), want, f"loss with smoothing {smoothing}")
    close(slope, analytic, f"gradient with smoothing {smoothing}")


def test_the_gradient_reaches_the_padding(broken, device, evidence):
    scores, labels = batch(device)
    (slope,) = torch.autograd.grad(3 * broken.smoothed_loss(scores, labels, 0.125), scores)
    analytic = 3 * by_hand(scores, labels, 0.125)[1]
    report = gradients.compare(slope, analytic=analytic, what="gradient of 3 times the loss")
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG, checkpoint={"scores": scores.detach()})
    equal(bool((slope[labels == X].abs().sum(dim=1) > 0).all()), True, "whether all padding has a gradient")
