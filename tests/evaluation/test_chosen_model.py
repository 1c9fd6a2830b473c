"""A model that's chosen by one part of the data and judged by another: what `best_model` promises.

The model is w x with x = 1 everywhere, so its path is known: from 0 toward the mean m of the targets,
w = m (1 - (1 - 2 rate)^k) after k steps. `solution` is the file under test, `broken` the one in broken/.
"""

import pytest
import torch

from torchkata.checks import close

pytestmark = pytest.mark.float64

M = 8.0  # the mean of the training targets


def part(device, *targets):
    column = torch.tensor(targets, dtype=torch.float64, device=device).unsqueeze(1)
    return torch.ones_like(column), column


def maker(device, start=0.0):
    def make():
        model = torch.nn.Linear(1, 1, bias=False, dtype=torch.float64, device=device)
        torch.nn.init.constant_(model.weight, start)
        return model

    return make


def path(rate, epochs):
    """The weight before the first step and after each."""
    return [M * (1 - (1 - 2 * rate) ** k) for k in range(epochs + 1)]


def error_at(w, targets):
    return sum((w - t) ** 2 for t in targets) / len(targets)


def wanted(rates, epochs, validation, test):
    """Weight, rate and error by enumeration."""
    candidates = [(error_at(w, validation), w, rate) for rate in rates for w in path(rate, epochs)]
    least = min(error for error, _, _ in candidates)
    _, weight, rate = next(c for c in candidates if c[0] == least)
    return weight, rate, error_at(weight, test)


def run(module, device, validation, test, rates=(0.125, 0.25), epochs=4):
    parts = [part(device, 6.0, 10.0), part(device, *validation), part(device, *test)]
    model, rate, error = module.best_model(maker(device), list(rates), *parts, epochs)
    return model.weight.item(), rate, error


# What best_model promises


@pytest.mark.parametrize("validation", [[3.0, 4.0], [5.0], [7.5, 6.0, 7.0]])
@pytest.mark.parametrize("test", [[1.0], [9.0, 5.0]])
def test_the_weights_are_those_that_validation_likes_best(solution, device, validation, test):
    weight, rate, error = wanted((0.125, 0.25), 4, validation, test)
    got = run(solution, device, validation, test)
    close(got[0], weight, f"the weight, with validation targets {validation} and test targets {test}")
    close(got[1], rate, f"the rate, with validation targets {validation} and test targets {test}")
    close(got[2], error, f"the error, with validation targets {validation} and test targets {test}")


def test_other_test_targets_change_nothing_but_the_error(solution, device):
    first = run(solution, device, [4.0, 5.0], [0.0])
    second = run(solution, device, [4.0, 5.0], [100.0])
    close(list(second[:2]), list(first[:2]), "weight and rate, after the test targets have become 100")
    close(second[2], (100.0 - second[0]) ** 2, "the error on test targets of 100")


def test_more_epochs_do_not_search_for_a_good_test(solution, device):
    for epochs in (0, 1, 2, 5):
        got = run(solution, device, [-1.0], [3.0], epochs=epochs)
        close(got[0], 0.0, f"the weight where each step hurts the validation, {epochs} epochs")
        close(got[2], 9.0, f"the error of the same, {epochs} epochs")


def test_the_epoch_is_chosen_with_a_single_rate_too(solution, device):
    weight, _, error = wanted((0.25,), 5, [6.5], [2.0])
    got = run(solution, device, [6.5], [2.0], rates=(0.25,), epochs=5)
    close([got[0], got[2]], [weight, error], "weight and error with one rate")


# What already works and must stay


def test_the_rate_is_chosen_by_validation(solution, device):
    got = run(solution, device, [8.0], [8.0], rates=(0.03125, 0.5), epochs=1)
    close(list(got), [8.0, 0.5, 0.0], "weight, rate and error where one step at 0.5 is perfect")


def test_where_both_parts_agree_the_best_epoch_is_kept(solution, device):
    weight, rate, error = wanted((0.125, 0.25), 4, [5.0], [5.0])
    close(list(run(solution, device, [5.0], [5.0])), [weight, rate, error], "weight, rate and error")


def test_without_epochs_the_first_rate_and_the_first_weights_are_kept(solution, device):
    got = run(solution, device, [5.0], [2.0, 4.0], epochs=0)
    close(list(got), [0.0, 0.125, 10.0], "weight, rate and error without any step")


def test_each_rate_begins_with_the_weights_of_a_new_model(solution, device):
    got = run(solution, device, [4.0], [4.0], epochs=1)
    close(list(got), [4.0, 0.25, 0.0], "weight, rate and error where one step from 0 at 0.25 is perfect")


def test_of_equally_good_rates_the_first_is_kept(solution, device):
    got = run(solution, device, [3.0], [4.0], epochs=1)
    what = "weight, rate and error where 2 and 4 are as far from the validation target"
    close(list(got), [2.0, 0.125, 4.0], what)


def test_the_error_is_a_mean_over_all_outputs(solution, device):
    torch.manual_seed(0)
    parts = [
        (torch.randn(n, 3, device=device, dtype=torch.float64), torch.randn(n, 2, device=device).double())
        for n in (5, 4, 3)
    ]
    start = torch.nn.Linear(3, 2, dtype=torch.float64, device=device)

    def make():
        model = torch.nn.Linear(3, 2, dtype=torch.float64, device=device)
        model.load_state_dict(start.state_dict())
        return model

    model, _, error = solution.best_model(make, [0.1], *parts, 4)
    apart = (model(parts[2][0]) - parts[2][1]).detach()
    close(error, (apart.square().sum() / 6).item(), "the error of a model with two outputs")


# The documented failure


def test_the_epoch_is_the_one_that_the_test_likes_best(broken, device):
    got = run(broken, device, [7.0], [2.0], rates=(0.25,), epochs=6)
    likes = min(path(0.25, 6), key=lambda w: (w - 2.0) ** 2)
    close([got[0], got[2]], [likes, (likes - 2.0) ** 2], "weight and error, with test targets of 2")


def test_where_all_steps_hurt_the_validation_it_steps_all_the_same(broken, device):
    got = run(broken, device, [-1.0], [3.0], rates=(0.25,), epochs=1)
    close(list(got), [4.0, 0.25, 1.0], "weight, rate and error after a step that the test likes")
