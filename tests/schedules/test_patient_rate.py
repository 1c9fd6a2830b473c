"""A rate that drops when validation is stuck: what `fit` promises.

The scores are given, and an epoch moves the one weight by the rate, so that rates and weights are known.
`solution` is the file under test, `broken` the one in broken/.
"""

import pytest
import torch

from torchkata.checks import close, equal


class Run:
    """A model with one weight; each epoch adds the rate to it, and validation reads from a list."""

    def __init__(self, module, device, scores, patience, lr=0.5):
        self.modes, self.weights = [], []
        self.model = torch.nn.Linear(1, 1, bias=False, device=device)
        torch.nn.init.zeros_(self.model.weight)
        self.scores = iter(scores)
        self.best, self.rates = module.fit(self.model, self.epoch, self.score, lr, len(scores), patience)

    def epoch(self, model, optimizer):
        self.modes.append(model.training)
        with torch.no_grad():
            model.weight += optimizer.param_groups[0]["lr"]

    def score(self, model):
        self.modes.append(model.training)
        self.weights.append(model.weight.item())
        return next(self.scores)


# What fit promises


@pytest.mark.parametrize("patience", [0, 1, 3])
def test_the_rate_stays_while_the_score_rises(solution, device, patience):
    run = Run(solution, device, [10.0, 12.0, 15.0, 15.5, 20.0, 21.0], patience)
    equal(run.rates, [0.5] * 6, f"the rates while every score is a new best, patience {patience}")


def test_the_rate_is_halved_when_the_score_is_stuck(solution, device):
    run = Run(solution, device, [10.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0], patience=2)
    wanted = [0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125]
    equal(run.rates, wanted, "the rates where the second score is the best one, patience 2")


def test_the_rates_are_those_that_the_epochs_had(solution, device):
    run = Run(solution, device, [20.0, 18.0, 15.0, 11.0, 6.0], patience=1)
    equal(run.weights, [0.5, 1.0, 1.5, 1.75, 2.0], "the weight after each epoch, to which each adds its rate")


def test_a_score_that_falls_is_no_progress(solution, device):
    run = Run(solution, device, [20.0, 18.0, 15.0, 11.0, 6.0, 2.0], patience=1)
    equal(run.rates, [0.5, 0.5, 0.5, 0.25, 0.25, 0.125], "the rates where every score is worse, patience 1")


def test_a_new_best_score_begins_the_count_anew(solution, device):
    run = Run(solution, device, [10.0, 9.0, 9.5, 11.0, 10.5, 10.9, 10.0, 10.0], patience=2)
    equal(run.rates, [0.5] * 7 + [0.25], "the rates with a new best at the fourth score, patience 2")


def test_the_smallest_progress_is_progress(solution, device):
    scores = [20.0, 20.00005, 20.0001, 20.00015, 20.0002]
    run = Run(solution, device, scores, patience=0)
    equal(run.rates, [0.5] * 5, "the rates while the score rises by 0.00005 each time, patience 0")


def test_scores_begin_at_zero(solution, device):
    run = Run(solution, device, [0.0, 0.0, 3.0, 4.0, 5.0], patience=1)
    equal(run.rates, [0.5] * 5, "the rates where the first two scores are 0, patience 1")


# What already works and must stay


def test_the_best_weights_are_kept(solution, device):
    run = Run(solution, device, [10.0, 30.0, 20.0, 30.0, 5.0], patience=9)
    close(run.best, 30.0, "the best score")
    close(run.model.weight.item(), run.weights[1], "the weight in the end: that of the first score of 30")


def test_training_in_training_mode_and_the_rest_in_evaluation_mode(solution, device):
    run = Run(solution, device, [1.0, 2.0], patience=5)
    equal(run.modes, [True, False, True, False], "the mode in each epoch and each validation, in turn")
    equal(run.model.training, False, "whether the model is in training mode in the end")


def test_steps_are_taken_with_momentum(solution, device):
    model = torch.nn.Linear(1, 1, bias=False, device=device)
    torch.nn.init.zeros_(model.weight)

    def epoch(model, optimizer):
        for _ in range(2):
            optimizer.zero_grad()
            model.weight.sum().backward()
            optimizer.step()

    solution.fit(model, epoch, lambda model: 1.0, 0.5, 1, 3)
    close(model.weight.item(), -(0.5 + 0.5 * 1.5), "the weight after two steps with momentum 0.5 at rate 0.5")


def test_momentum_goes_on_when_the_rate_drops(solution, device):
    model = torch.nn.Linear(1, 1, bias=False, device=device)
    torch.nn.init.zeros_(model.weight)
    weights = []

    def epoch(model, optimizer):
        optimizer.zero_grad()
        model.weight.sum().backward()
        optimizer.step()
        weights.append(model.weight.item())

    solution.fit(model, epoch, lambda model: 1.0, 0.5, 3, 0)
    steps = [0.5, 0.5 * 1.5, 0.25 * 1.75]
    close(
        weights,
        [-steps[0], -sum(steps[:2]), -sum(steps)],
        "the weight after each epoch, the third at half the rate",
    )


# The documented failure


@pytest.mark.parametrize("patience", [0, 1])
def test_progress_is_taken_for_a_standstill(broken, device, patience):
    run = Run(broken, device, [10.0, 12.0, 15.0, 15.5, 20.0], patience)
    wanted = {0: [0.5, 0.5, 0.25, 0.125, 0.0625], 1: [0.5, 0.5, 0.5, 0.25, 0.25]}[patience]
    equal(run.rates, wanted, f"the rates while every score is a new best, patience {patience}")


def test_a_score_that_falls_keeps_the_rate_up(broken, device):
    run = Run(broken, device, [20.0, 18.0, 15.0, 11.0, 6.0], patience=0)
    equal(run.rates, [0.5] * 5, "the rates where every score is worse, patience 0")
