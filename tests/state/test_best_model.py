"""`fit_best` trains for some epochs, reports their validation errors, and leaves the model, parameters and
buffers, as it was after the best of them, ready for the optimizer to go on."""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

# Each case: the learning rate, the target of training, that of validation, and the number of epochs.
# The prediction is the weight w itself, from 0 on: an epoch takes w - target times 1 - 2 lr.
BEST_IN_THE_MIDDLE = (0.125, 8.0, 3.0, 4)  # w is 2, 3.5, 4.625, 5.46875
BEST_COMES_FIRST = (0.125, 8.0, 1.0, 3)
BEST_IS_NO_ROUND_NUMBER = (0.1, 7.0, 2.7, 5)
BEST_AFTER_A_RISE = (0.75, 8.0, 7.0, 6)  # w is 12, 6, 9, 7.5, 8.25, 7.875
EQUALLY_GOOD = (1.0, 8.0, 8.0, 4)  # w is 16, 0, 16, 0, and each is off by 8
BEST_COMES_LAST = (0.125, 8.0, 8.0, 4)


def label(case):
    return f"{case[3]} epochs towards {case[1]:g}, best at {case[2]:g}"


class Level(torch.nn.Module):
    """Predicts one weight for every input; counts its training passes in a buffer, as a batch norm does."""

    def __init__(self, device):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros((), dtype=torch.float64, device=device))
        self.register_buffer("passes", torch.zeros((), dtype=torch.float64, device=device))
        self.modes = []

    def forward(self, inputs):
        self.modes.append(self.training)
        if self.training:
            self.passes += 1
        return self.weight * torch.ones_like(inputs)


def pair(target, device):
    ones = torch.ones(2, 1, dtype=torch.float64, device=device)
    return ones, target * ones


def fit(module, device, case):
    lr, target, wanted, epochs = case
    model = Level(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    errors = module.fit_best(model, optimizer, pair(target, device), pair(wanted, device), epochs)
    return model, optimizer, errors


def by_hand(case):
    """The weight after each epoch, and its validation error."""
    lr, target, wanted, epochs = case
    weights = [target - target * (1 - 2 * lr) ** k for k in range(1, epochs + 1)]
    return weights, [(weight - wanted) ** 2 for weight in weights]


def best(case):
    """The weight of the best epoch, and the number of that epoch."""
    weights, errors = by_hand(case)
    epoch = errors.index(min(errors))
    return weights[epoch], epoch + 1


# What fit_best promises


@pytest.mark.parametrize(
    "case", [BEST_IN_THE_MIDDLE, BEST_COMES_FIRST, BEST_AFTER_A_RISE, BEST_IS_NO_ROUND_NUMBER], ids=label
)
def test_the_weight_comes_from_the_best_epoch(solution, device, case):
    model, _, _ = fit(solution, device, case)
    weight, epoch = best(case)
    what = f"the weight after {case[3]} epochs, of which epoch {epoch} was the best"
    close(model.weight.item(), weight, what, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("case", [BEST_IN_THE_MIDDLE, BEST_AFTER_A_RISE], ids=label)
def test_the_buffer_comes_from_the_best_epoch(solution, device, case):
    model, _, _ = fit(solution, device, case)
    epoch = best(case)[1]
    close(
        model.passes.item(),
        float(epoch),
        f"the passes that the model has counted, at its best in epoch {epoch}",
    )


def test_the_model_scores_what_the_best_epoch_scored(solution, device):
    model, _, errors = fit(solution, device, BEST_IN_THE_MIDDLE)
    score = (model.weight.item() - BEST_IN_THE_MIDDLE[2]) ** 2
    close(
        score,
        min(errors),
        "the validation error of the model that comes back, compared with the smallest one",
    )


def test_the_first_of_tied_epochs_counts(solution, device):
    model, _, _ = fit(solution, device, EQUALLY_GOOD)
    close(model.weight.item(), 16.0, "the weight after 4 epochs with equal errors, the first of them at 16")


def test_training_continues_from_the_best_epoch(solution, device):
    model, optimizer, _ = fit(solution, device, BEST_IN_THE_MIDDLE)
    _, target, wanted, _ = BEST_IN_THE_MIDDLE
    errors = solution.fit_best(model, optimizer, pair(target, device), pair(wanted, device), 1)
    close(model.weight.item(), 8 - 0.75 * 4.5, "the weight one epoch later, from 3.5 on")
    close(errors, [2.640625], "the validation error one epoch later")


# What already works and must stay


@pytest.mark.parametrize(
    "case", [BEST_IN_THE_MIDDLE, BEST_COMES_FIRST, BEST_AFTER_A_RISE, BEST_COMES_LAST], ids=label
)
def test_the_errors_of_all_epochs_are_returned(solution, device, case):
    _, _, errors = fit(solution, device, case)
    close(errors, by_hand(case)[1], f"the validation errors of {case[3]} epochs")


@pytest.mark.parametrize("epochs", [1, 4])
def test_if_the_last_epoch_is_the_best_the_model_stays(solution, device, epochs):
    model, _, _ = fit(solution, device, (*BEST_COMES_LAST[:3], epochs))
    close(
        model.weight.item(),
        8 - 8 * 0.75**epochs,
        f"the weight after {epochs} epochs that got better and better",
    )
    close(model.passes.item(), float(epochs), "the passes that the model has counted")


def test_validation_runs_in_eval_mode_and_training_in_training_mode(solution, device):
    model, _, _ = fit(solution, device, BEST_COMES_LAST)
    equal(model.modes[:8], [True, False] * 4, "the mode of each pass, training and validation by turns")
    equal(model.training, True, "the mode in which the model is left")


def test_zero_epochs_are_refused_and_change_nothing(solution, device):
    model = Level(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.125)
    with raises(ValueError, "epochs", "training for 0 epochs"):
        solution.fit_best(model, optimizer, pair(8.0, device), pair(3.0, device), 0)
    close(model.weight.item(), 0.0, "the weight after the refusal")


# The documented failure


@pytest.mark.parametrize("case", [BEST_IN_THE_MIDDLE, BEST_COMES_FIRST, BEST_AFTER_A_RISE], ids=label)
def test_the_weight_comes_from_the_last_epoch(broken, device, case):
    model, _, _ = fit(broken, device, case)
    close(model.weight.item(), by_hand(case)[0][-1], "the weight, where that of the best epoch was promised")


def test_the_model_scores_what_the_last_epoch_scored(broken, device):
    model, _, errors = fit(broken, device, BEST_IN_THE_MIDDLE)
    close([min(errors), errors[-1]], [0.25, 2.46875**2], "the errors of the best epoch and of the last")
    close((model.weight.item() - 3) ** 2, 2.46875**2, "the error of the model that comes back")


def test_the_buffer_comes_from_the_last_epoch(broken, device):
    model, _, _ = fit(broken, device, BEST_IN_THE_MIDDLE)
    close(model.passes.item(), 4.0, "the passes counted, where those of epoch 2 were promised")
