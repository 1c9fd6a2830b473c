"""Logistic regression: what `make_filter`, `judge` and `train` promise.

For one mail the loss is log(1 + exp(score)), minus the score where the label is 1. Its slope along the
score is the probability minus the label.
"""

import math

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

MAILS = [[1.0, 0.0], [0.5, -2.0], [-1.0, 1.0], [0.0, -0.5]]
LABELS = [1.0, 0.0, 0.0, 1.0]
START = [0.5, -1.0, 0.25]  # weight, weight, bias


def filter_at(module, values, device):
    """A filter made by the module, with these weights and this bias."""
    model = module.make_filter(len(values) - 1).to(device, torch.float64)
    weight, bias = model.parameters()
    with torch.no_grad():
        weight.copy_(torch.tensor([values[:-1]], dtype=torch.float64))
        bias.fill_(values[-1])
    return model


def values_of(model):
    weight, bias = model.parameters()
    return [*weight[0].tolist(), bias.item()]


def mails_on(device, mails=MAILS, labels=LABELS):
    return (torch.tensor(values, dtype=torch.float64, device=device) for values in (mails, labels))


def one_mail(module, score, label, device):
    """A filter that gives this score to its only mail, the mail, and its label."""
    return filter_at(module, [0.0, score], device), *mails_on(device, [[0.0]], [label])


def sigmoid(score):
    return 1 / (1 + math.exp(-score))


def scores_at(values):
    return [values[0] * first + values[1] * second + values[2] for first, second in MAILS]


def walk(lr, steps):
    """The losses before each step from START, and the parameters after the last one."""
    values, losses = START, []
    for _ in range(steps):
        scores = scores_at(values)
        losses.append(sum(math.log1p(math.exp(s)) - y * s for s, y in zip(scores, LABELS)) / 4)
        slopes = [sigmoid(s) - y for s, y in zip(scores, LABELS)]
        sums = [sum(slope * mail[k] for slope, mail in zip(slopes, MAILS)) for k in (0, 1)]
        values = [v - lr * total / 4 for v, total in zip(values, [*sums, sum(slopes)])]
    return losses, values


# What make_filter, judge and train promise


def test_the_probabilities_follow_from_the_scores(solution, device):
    mails, _ = mails_on(device)
    probability, verdict = solution.judge(filter_at(solution, START, device), mails)
    close(probability.detach(), [sigmoid(score) for score in scores_at(START)], "probabilities of 4 mails")
    equal(verdict.tolist(), [True, True, False, True], "verdicts on 4 mails")


@pytest.mark.parametrize(
    ("score", "spam"), [(50.0, True), (0.25, True), (0.0, False), (-0.25, False), (-50.0, False)]
)
def test_an_email_is_spam_if_its_score_is_positive(solution, device, score, spam):
    model, mail, _ = one_mail(solution, score, 0.0, device)
    probability, verdict = solution.judge(model, mail)
    close(probability.detach(), [sigmoid(score)], f"probability at the score {score}")
    equal(verdict.tolist(), [spam], f"verdict at the score {score}")


@pytest.mark.parametrize("lr", [0.5, 2.0])
def test_several_emails_are_trained_together(solution, device, lr):
    model = filter_at(solution, START, device)
    losses = solution.train(model, *mails_on(device), steps=4, lr=lr)
    expected, values = walk(lr, 4)
    close(losses, expected, f"losses before steps 1 to 4 with lr {lr}")
    close(values_of(model), values, f"weights and bias after 4 steps with lr {lr}")


@pytest.mark.parametrize(("score", "label"), [(50.0, 1.0), (-50.0, 0.0)])
def test_certainty_about_the_right_label_costs_nothing(solution, device, score, label):
    losses = solution.train(*one_mail(solution, score, label, device), steps=1, lr=0.5)
    close(losses, [0.0], f"loss at the score {score} with the label {label}")


@pytest.mark.parametrize(("score", "label"), [(50.0, 0.0), (-50.0, 1.0), (500.0, 0.0), (-500.0, 1.0)])
def test_a_confident_mistake_is_corrected_at_full_speed(solution, device, score, label):
    model, *mail = one_mail(solution, score, label, device)
    losses = solution.train(model, *mail, steps=1, lr=0.5)
    close(
        values_of(model),
        [0.0, score + (0.5 if label else -0.5)],
        f"weight and bias after 1 step from {score}",
    )
    close(losses, [abs(score)], f"loss at the score {score} with the label {label}")


# What already works and must stay


@pytest.mark.parametrize("words", [1, 5])
def test_a_new_filter_has_no_opinion(solution, device, words):
    shapes = [list(parameter.shape) for parameter in solution.make_filter(words).parameters()]
    equal(shapes, [[1, words], [1]], f"shapes of the parameters for {words} words")
    values = values_of(solution.make_filter(words))
    equal(values, [0.0] * (words + 1), f"weights and bias of a new filter for {words} words")


def test_no_steps_change_nothing(solution, device):
    model = filter_at(solution, START, device)
    equal(solution.train(model, *mails_on(device), steps=0, lr=0.5), [], "losses of 0 steps")
    equal(values_of(model), START, "weights and bias after 0 steps")


@pytest.mark.parametrize("shape", [(3,), (4, 1), (1,), ()])
def test_labels_of_another_shape_are_an_error(solution, device, shape):
    model, (mails, _) = filter_at(solution, START, device), mails_on(device)
    with raises(ValueError, "one label each", f"labels of shape {shape} for 4 mails"):
        solution.train(model, mails, torch.zeros(shape, dtype=torch.float64, device=device), steps=1, lr=0.5)
    equal(values_of(model), START, "weights and bias after the error")


def test_no_emails_are_an_error(solution, device):
    model, (mails, labels) = filter_at(solution, START, device), mails_on(device)
    with raises(ValueError, "expected emails", "training on no mails"):
        solution.train(model, mails[:0], labels[:0], steps=1, lr=0.5)
    equal(values_of(model), START, "weights and bias after the error")


# The documented failure


@pytest.mark.parametrize(
    ("score", "label", "floor"), [(50.0, 1.0, math.log1p(math.exp(-1))), (-50.0, 0.0, math.log(2))]
)
def test_being_certain_and_right_still_costs_something(broken, device, score, label, floor):
    losses = broken.train(*one_mail(broken, score, label, device), steps=1, lr=0.5)
    close(losses, [floor], f"loss at the score {score} with the label {label}")


def test_every_email_is_called_spam(broken, device):
    for score, expected in [
        (50.0, sigmoid(1)),
        (-3.0, sigmoid(sigmoid(-3))),
        (-50.0, 0.5 + sigmoid(-50) / 4),
    ]:
        model, mail, _ = one_mail(broken, score, 0.0, device)
        probability, _ = broken.judge(model, mail)
        close(probability.detach(), [expected], f"probability at the score {score}")
    model, mail, _ = one_mail(broken, -3.0, 0.0, device)
    equal(broken.judge(model, mail)[1].tolist(), [True], "verdict at the score -3")


def test_a_confident_mistake_is_never_corrected(broken, device):
    for score, label in [(50.0, 0.0), (-50.0, 1.0)]:
        model, *mail = one_mail(broken, score, label, device)
        broken.train(model, *mail, steps=4, lr=0.5)
        close(
            values_of(model),
            [0.0, score],
            f"weight and bias after 4 steps from {score} with the label {label}",
        )
