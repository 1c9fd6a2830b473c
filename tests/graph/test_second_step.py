"""`fit` descends on the mean squared error of a two-layer ranker, and takes every gradient at the
current parameters."""

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

LR = 0.125


def problem(device):
    def tensor(values, **options):
        return torch.tensor(values, dtype=torch.float64, device=device, **options)

    projection = tensor([[1.0, -0.5], [0.5, 1.0], [0.0, 0.25]], requires_grad=True)
    weights = tensor([1.0, -1.0], requires_grad=True)
    documents = tensor([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0], [0.5, 0.5, -1.0], [0.0, 0.0, 1.0]])
    scores = tensor([1.0, 0.5, 0.0, -1.0])
    return projection, weights, documents, scores


def mean_squared_error(projection, weights, documents, scores):
    return ((documents @ projection @ weights - scores) ** 2).mean()


def slopes(projection, weights, documents, scores):
    """Both derivatives of the mean squared error, written out."""
    slope = 2 * (documents @ projection @ weights - scores) / len(scores)  # d error / d prediction
    return torch.outer(documents.T @ slope, weights), (documents @ projection).T @ slope


def descent(projection, weights, documents, scores, epochs):
    """What the parameters and the errors must be after so many epochs."""
    projection, weights, errors = projection.detach().clone(), weights.detach().clone(), []
    for _ in range(epochs):
        errors.append(mean_squared_error(projection, weights, documents, scores).item())
        of_projection, of_weights = slopes(projection, weights, documents, scores)
        projection, weights = projection - LR * of_projection, weights - LR * of_weights
    return projection, weights, errors


def require_descent(solution, device, epochs):
    projection, weights, documents, scores = problem(device)
    wanted = descent(projection, weights, documents, scores, epochs)
    errors = solution.fit(projection, weights, documents, scores, epochs=epochs, lr=LR)
    close(projection, wanted[0], f"projection after {epochs} epochs")
    close(weights, wanted[1], f"weights after {epochs} epochs")
    equal(type(errors).__name__, "list", f"type of the errors of {epochs} epochs")
    close(errors, wanted[2], f"errors of {epochs} epochs")


# What fit promises


@pytest.mark.parametrize("epochs", [2, 5])
def test_every_epoch_follows_the_gradient_at_the_current_parameters(solution, device, epochs):
    require_descent(solution, device, epochs)


def test_two_epochs_on_one_document_and_one_word_match_the_calculation_by_hand(solution, device):
    # error = (p w)^2, so dp = 2 p w^2 and dw = 2 p^2 w. Both are 1, then 1 - 2/8 = 3/4, then
    # 3/4 - 2 (3/4)^3 / 8 = 165/256.
    projection = torch.ones(1, 1, dtype=torch.float64, device=device, requires_grad=True)
    weights = torch.ones(1, dtype=torch.float64, device=device, requires_grad=True)
    documents = torch.ones(1, 1, dtype=torch.float64, device=device)
    scores = torch.zeros(1, dtype=torch.float64, device=device)
    errors = solution.fit(projection, weights, documents, scores, epochs=2, lr=LR)
    close(errors, [1.0, (9 / 16) ** 2], "errors of two epochs")
    close(projection.item(), 165 / 256, "projection after two epochs")
    close(weights.item(), 165 / 256, "weight after two epochs")


def test_the_third_step_is_the_gradient_after_the_second(solution, device):
    projection, weights, documents, scores = problem(device)
    solution.fit(projection, weights, documents, scores, epochs=2, lr=LR)
    longer, longer_weights, _, _ = problem(device)
    solution.fit(longer, longer_weights, documents, scores, epochs=3, lr=LR)
    projection, weights = projection.detach(), weights.detach()
    of_projection, _ = slopes(projection, weights, documents, scores)
    numeric = gradients.central_difference(
        lambda at: mean_squared_error(at, weights, documents, scores), projection
    )
    step = (projection - longer.detach()) / LR
    what = "gradient that the third epoch gave the projection"
    gradients.compare(step, analytic=of_projection, numeric=numeric, what=what).require()


# What already works and must stay


def test_one_epoch_matches_the_formula(solution, device):
    require_descent(solution, device, 1)


def test_zero_epochs_change_nothing(solution, device):
    projection, weights, documents, scores = problem(device)
    before = projection.detach().clone(), weights.detach().clone()
    errors = solution.fit(projection, weights, documents, scores, epochs=0, lr=LR)
    equal(errors, [], "errors of no epoch")
    equal(projection.detach(), before[0], "projection after no epoch")
    equal(weights.detach(), before[1], "weights after no epoch")


@pytest.mark.parametrize(
    ("documents", "scores"),
    [((0, 3), (0,)), ((4, 3), (3,)), ((4, 3), (4, 1))],
    ids=["none", "three", "column"],
)
def test_documents_and_scores_that_do_not_match_are_refused_and_nothing_changes(
    solution, device, documents, scores
):
    projection, weights, _, _ = problem(device)
    before = projection.detach().clone(), weights.detach().clone()
    weights.grad = torch.full_like(weights, 7.0)
    documents = torch.ones(documents, dtype=torch.float64, device=device)
    scores = torch.ones(scores, dtype=torch.float64, device=device)
    with raises(ValueError, "score", f"documents {tuple(documents.shape)} with scores {tuple(scores.shape)}"):
        solution.fit(projection, weights, documents, scores, epochs=1, lr=LR)
    equal(projection.detach(), before[0], "projection after the refusal")
    equal(weights.detach(), before[1], "weights after the refusal")
    close(weights.grad, [7.0, 7.0], "gradient of the weights after the refusal")


# The documented failure


@pytest.mark.parametrize("epochs", [2, 5])
def test_the_second_epoch_raises(broken, device, epochs):
    projection, weights, documents, scores = problem(device)
    after_one_epoch, _, _ = descent(projection, weights, documents, scores, 1)
    with raises(RuntimeError, "backward through the graph a second time", f"{epochs} epochs"):
        broken.fit(projection, weights, documents, scores, epochs=epochs, lr=LR)
    close(projection, after_one_epoch, "projection when the second epoch raised")
