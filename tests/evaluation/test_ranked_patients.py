"""A classifier that ranks patients: what `ranking` and `evaluate` promise.

The model hands on its one feature, moved by a constant, so that all logits are known. Areas are counted
pair by pair. `solution` is the file under test, `broken` the one in broken/.
"""

import pytest
import torch

from torchkata.checks import close, equal

LOGITS = [2.0, -1.0, 0.5, -0.25, 3.0, -2.0, 0.25, -0.5]
LABELS = [1, 0, 0, 1, 1, 0, 0, 1]


class Moved(torch.nn.Module):
    def __init__(self, by=0.0):
        super().__init__()
        self.by = by

    def forward(self, features):
        return features[:, :1] + self.by


def batches(device, logits=LOGITS, labels=LABELS, sizes=None):
    features = torch.tensor([[logit, 9.0] for logit in logits], device=device)
    targets = torch.tensor(labels, device=device)
    sizes = list(sizes or [len(logits)])
    return list(zip(features.split(sizes), targets.split(sizes)))


def area(logits=LOGITS, labels=LABELS):
    """By enumeration of all pairs."""
    ill = [logit for logit, label in zip(logits, labels) if label]
    healthy = [logit for logit, label in zip(logits, labels) if not label]
    won = sum(1.0 if a > b else 0.5 if a == b else 0.0 for a in ill for b in healthy)
    return won / len(ill) / len(healthy)


# What evaluate promises


@pytest.mark.parametrize("by", [0.0, -2.5, 1.5, 20.0])
def test_the_area_is_about_the_order_alone(solution, device, by):
    _, auc = solution.evaluate(Moved(by), batches(device))
    close(auc, area(), f"the area under the curve, with {by} added to each logit")


def test_a_perfect_order_has_an_area_of_one_wherever_zero_is(solution, device):
    data = batches(device, [1.0, 2.0, 3.0, 4.0], [0, 0, 1, 1])
    close(solution.evaluate(Moved(), data)[1], 1.0, "the area where each ill patient is ahead, all above 0")
    close(solution.evaluate(Moved(-9.0), data)[1], 1.0, "the same with all logits below 0")


def test_small_differences_count(solution, device):
    data = batches(device, [8.0, 8.00390625, 8.0078125, -8.0], [0, 1, 1, 0])
    close(
        solution.evaluate(Moved(), data)[1], 1.0, "the area where the model is sure of everybody, and right"
    )


def test_equal_logits_count_half(solution, device):
    data = batches(device, [1.0, 1.0, -1.0, 2.0, 1.0], [1, 0, 0, 0, 1])
    close(solution.evaluate(Moved(), data)[1], 0.5, "the area with an ill and a healthy patient at 1.0")


def test_a_low_logit_is_a_low_rank(solution, device):
    data = batches(device, [-4.0, -3.0, 0.5, 1.0], [0, 0, 1, 1])
    close(solution.evaluate(Moved(), data)[1], 1.0, "the area where the healthy have the lowest logits")


def test_the_area_is_that_of_all_patients_together(solution, device):
    split = solution.evaluate(Moved(), batches(device, sizes=(2, 2, 4)))
    close(split[1], area(), "the area, where the patients come in batches of 2, 2 and 4")
    split = solution.evaluate(Moved(), batches(device, sizes=(3, 4, 1)))
    close(split[1], area(), "the area, where the last batch is a single patient")


# What already works and must stay


def test_the_accuracy_is_about_the_decisions(solution, device):
    for by, wanted in ((0.0, 0.5), (-1.0, 0.75), (9.0, 0.5), (0.25, 0.5)):  # the last one moves a logit to 0
        accuracy, _ = solution.evaluate(Moved(by), batches(device, sizes=(3, 5)))
        close(accuracy, wanted, f"the accuracy, with {by} added to each logit")


def test_a_ranking_is_a_share_of_pairs(solution, device):
    ill = torch.tensor(LABELS, device=device) == 1
    close(solution.ranking(torch.tensor(LOGITS, device=device), ill), area(), "the ranking of eight patients")
    close(solution.ranking(torch.zeros(8, device=device), ill), 0.5, "the ranking where all scores are equal")


def test_dropout_is_off_and_the_mode_comes_back(solution, device):
    model = torch.nn.Sequential(torch.nn.Dropout(0.9), Moved())
    for mode in (True, False):
        model.train(mode)
        accuracy, _ = solution.evaluate(model, batches(device))
        close(accuracy, 0.5, f"the accuracy of a model with dropout, training mode {mode}")
        equal(model.training, mode, "whether the model is in training mode afterwards")


def test_nothing_is_recorded(solution, device):
    weight = torch.ones(1, device=device, requires_grad=True)
    seen = []

    class Scaled(Moved):
        def forward(self, features):
            seen.append(features[:, :1] * weight)
            return seen[-1]

    solution.evaluate(Scaled(), batches(device))
    equal(seen[0].requires_grad, False, "whether the logits carry a graph")


# The documented failure


def test_the_area_changes_with_the_threshold(broken, device):
    for by, wanted in ((0.0, 0.5), (-1.0, 0.75), (9.0, 0.5)):
        _, auc = broken.evaluate(Moved(by), batches(device))
        close(auc, wanted, f"the area under the curve, with {by} added to each logit")


def test_a_perfect_order_looks_like_a_guess(broken, device):
    data = batches(device, [1.0, 2.0, 3.0, 4.0], [0, 0, 1, 1])
    close(broken.evaluate(Moved(), data)[1], 0.5, "the area where each ill patient is ahead, all above 0")
