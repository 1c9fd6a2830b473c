"""A classifier trained on the negative log-likelihood: what `classify` and `train` promise.

For one sample the loss is log(sum of exp(scores)) - score of its label, and its slope along the scores
is softmax(scores) - (1 for the label, 0 for the others). Most models below see the input 1 and have no
bias, so that their weights are their scores.
"""

import math

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

SCORES, LABEL, LR = [2.0, 0.0, 0.0], 1, 0.25
CONFIG = {"scores": SCORES, "label": LABEL, "lr": LR, "steps": 1}
CLAIM = "the first update moves the scores by -lr times the slope of -log(probability of the label)"
ORACLE = "closed form softmax(scores) - one_hot(label)"
# Wide, so that a small number added to a probability shows only where it does harm: beside a smaller one.
NEAR = {"rtol": 1e-5, "atol": 1e-5}


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def linear(weight, device):
    """A model without bias, from its weights: (classes, features)."""
    model = torch.nn.Linear(len(weight[0]), len(weight), bias=False, dtype=torch.float64, device=device)
    with torch.no_grad():
        model.weight.copy_(tensor(weight, device))
    return model


def one_sample(scores, label, device):
    """A model that gives these scores to its only sample, the sample, and its label."""
    inputs = torch.ones(1, 1, dtype=torch.float64, device=device)
    return linear([[score] for score in scores], device), inputs, torch.tensor([label], device=device)


def several(device):
    """Two features, three classes, four samples."""
    weight = [[0.5, -0.25], [0.0, 0.75], [-1.0, 0.25]]
    inputs = tensor([[1.0, 0.0], [0.5, 2.0], [-1.0, 1.0], [0.25, -0.5]], device)
    return linear(weight, device), inputs, torch.tensor([2, 0, 1, 2], device=device)


def scores_of(model):
    return model.weight.detach()[:, 0]


def softmax(scores):
    sizes = [math.exp(score - max(scores)) for score in scores]
    return [size / sum(sizes) for size in sizes]


def first_gradient(module, device):
    """The slope along which one step moved the scores, beside its two witnesses."""
    model, inputs, labels = one_sample(SCORES, LABEL, device)
    start = scores_of(model).clone()
    numeric = gradients.central_difference(lambda at: at.exp().sum().log() - at[LABEL], start)
    module.train(model, inputs, labels, steps=1, lr=LR)
    analytic = tensor([p - (k == LABEL) for k, p in enumerate(softmax(SCORES))], device)
    applied = (start - scores_of(model)) / LR
    what = "the slope that moved the scores in 1 step"
    return gradients.compare(applied, analytic=analytic, numeric=numeric, what=what), model


# What train promises


@pytest.mark.parametrize("lr", [0.5, 2.0])
def test_several_samples_are_trained_together(solution, device, lr):
    model, inputs, labels = several(device)
    weight, expected = model.weight.detach().clone(), []
    for _ in range(4):
        scores = inputs @ weight.T
        of_labels = scores.gather(1, labels[:, None])[:, 0]
        expected.append((scores.exp().sum(dim=1).log() - of_labels).mean().item())
        wanted = torch.eye(3, dtype=torch.float64, device=device)[labels]
        weight = weight - lr * (scores.softmax(dim=1) - wanted).T @ inputs / 4
    losses = solution.train(model, inputs, labels, steps=4, lr=lr)
    close(losses, expected, f"losses before steps 1 to 4 with lr {lr}", **NEAR)
    close(model.weight.detach(), weight, f"weights after 4 steps with lr {lr}", **NEAR)


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_certainty_about_the_right_class_costs_nothing(solution, device, classes):
    scores = [50.0] + [-50.0] * (classes - 1)
    losses = solution.train(*one_sample(scores, 0, device), steps=1, lr=LR)
    close(losses, [0.0], f"loss of a model of {classes} classes that is certain and right", **NEAR)


@pytest.mark.parametrize("size", [1.0, 50.0, 500.0, 1000.0])
def test_a_confident_mistake_is_corrected_at_full_speed(solution, device, size):
    model, inputs, labels = one_sample([-size, size], 0, device)
    losses = solution.train(model, inputs, labels, steps=1, lr=LR)
    rest = math.log1p(math.exp(-2 * size))
    step = LR * (1 - math.exp(-2 * size - rest))
    close(
        scores_of(model), [-size + step, size - step], f"scores after 1 step from ({-size}, {size})", **NEAR
    )
    close(losses, [2 * size + rest], f"loss at scores ({-size}, {size}), label 0", **NEAR)


def test_the_first_update_follows_the_gradient_of_the_likelihood(solution, device, evidence):
    report, model = first_gradient(solution, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG, checkpoint={"scores": scores_of(model)})
    close(report.autograd, report.analytic, report.what, **NEAR)


# What already works and must stay


def test_classify_gives_probabilities(solution, device):
    model, inputs, _ = several(device)
    expected = [
        softmax(row) for row in [[0.5, 0, -1], [-0.25, 1.5, 0], [-0.75, 0.75, 1.25], [0.25, -0.375, -0.375]]
    ]
    close(solution.classify(model, inputs).detach(), expected, "probabilities of 4 samples")
    solution.train(*several(device), steps=1, lr=LR)
    close(
        solution.classify(model, inputs[:1]).detach(),
        expected[:1],
        "probabilities of 1 sample, after training",
    )


def test_classify_stays_finite_for_large_scores(solution, device):
    model, inputs, _ = one_sample([1000.0, 1000.0, -1000.0], 0, device)
    close(solution.classify(model, inputs).detach(), [[0.5, 0.5, 0.0]], "probabilities at 1000, 1000, -1000")


def test_no_steps_change_nothing(solution, device):
    model, inputs, labels = one_sample(SCORES, LABEL, device)
    equal(solution.train(model, inputs, labels, steps=0, lr=LR), [], "losses of 0 steps")
    equal(scores_of(model).tolist(), SCORES, "scores after 0 steps")


@pytest.mark.parametrize("shape", [(3,), (4, 3), (1,), ()])
def test_labels_of_another_shape_are_an_error(solution, device, shape):
    model, inputs, _ = several(device)
    before = model.weight.detach().clone()
    with raises(ValueError, "", f"labels of shape {shape} for 4 samples"):
        solution.train(model, inputs, torch.zeros(shape, dtype=torch.int64, device=device), steps=1, lr=LR)
    equal(model.weight.detach(), before, "weights after the error")


def test_no_samples_are_an_error(solution, device):
    model, inputs, labels = one_sample(SCORES, LABEL, device)
    with raises(ValueError, "", "training on no samples"):
        solution.train(model, inputs[:0], labels[:0], steps=1, lr=LR)
    equal(scores_of(model).tolist(), SCORES, "scores after the error")


# The documented failure


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_the_loss_has_a_floor_that_depends_on_the_number_of_classes(broken, device, classes):
    scores = [50.0] + [-50.0] * (classes - 1)
    losses = broken.train(*one_sample(scores, 0, device), steps=1, lr=LR)
    # The best probabilities, 1 and zeros, are taken for scores: -log(e / (e + classes - 1))
    close(losses, [math.log(math.e + classes - 1) - 1], f"lowest loss of {classes} classes", **NEAR)


def test_the_gradient_goes_through_a_second_softmax(broken, device, evidence):
    report, model = first_gradient(broken, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG, checkpoint={"scores": scores_of(model)})
    p = softmax(SCORES)
    outer = [q - (k == LABEL) for k, q in enumerate(softmax(p))]
    mean = sum(a * b for a, b in zip(p, outer))
    wanted = [a * (b - mean) for a, b in zip(p, outer)]
    close(report.autograd, wanted, "the slope that moved the scores", **NEAR)


def test_a_confident_mistake_is_never_corrected(broken, device):
    model, inputs, labels = one_sample([-50.0, 50.0], 0, device)
    broken.train(model, inputs, labels, steps=4, lr=LR)
    close(scores_of(model), [-50.0, 50.0], "scores after 4 steps")
