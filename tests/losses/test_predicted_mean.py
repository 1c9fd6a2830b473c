"""Gradient descent on a squared error, with a log: what `fit` promises.

The four samples below are chosen so that the mean of (weight * x + bias - target)**2 is
5 * (weight - 2)**2 + (bias - 1)**2 + 1/4. A step with lr brings weight and bias closer to 2 and 1, by
the factors 1 - 10 * lr and 1 - 2 * lr.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

INPUTS = [-3.0, -1.0, 1.0, 3.0]
TARGETS = [-4.5, -1.5, 2.5, 7.5]  # 2 * x + 1, and 1/2 more or less
VARIANCE = 20.25  # of these targets, around their mean 1
WARNING = "that is different to the input size"


def model_at(weight, bias, device):
    model = torch.nn.Linear(1, 1, dtype=torch.float64, device=device)
    torch.nn.init.constant_(model.weight, weight)
    torch.nn.init.constant_(model.bias, bias)
    return model


def samples(device, inputs=INPUTS, targets=TARGETS):
    inputs = torch.tensor(inputs, dtype=torch.float64, device=device).unsqueeze(1)
    return inputs, torch.tensor(targets, dtype=torch.float64, device=device)


def values_of(model):
    return [model.weight.item(), model.bias.item()]


def path(start, best, lr, steps):
    """Weight and bias before step 1, 2, ... and after the last one."""
    (w, b), (best_w, best_b) = start, best
    factors = [((1 - 10 * lr) ** k, (1 - 2 * lr) ** k) for k in range(steps + 1)]
    return [[best_w + (w - best_w) * f, best_b + (b - best_b) * g] for f, g in factors]


def entry(weight, bias):
    """What the log holds for that weight and bias."""
    errors = [weight * x + bias - y for x, y in zip(INPUTS, TARGETS, strict=True)]
    return [5 * (weight - 2) ** 2 + (bias - 1) ** 2 + 0.25, max(abs(error) for error in errors)]


# What fit promises


@pytest.mark.parametrize(("steps", "lr"), [(2, 1 / 16), (4, 1 / 16), (6, 0.05)])
def test_weight_and_bias_approach_the_line_through_the_samples(solution, device, steps, lr):
    model = model_at(1.0, 0.0, device)
    solution.fit(model, *samples(device), steps=steps, lr=lr)
    expected = path([1.0, 0.0], [2.0, 1.0], lr, steps)[-1]
    close(values_of(model), expected, f"weight and bias after {steps} steps with lr {lr:.4g}")


def test_the_log_has_the_mean_and_the_largest_error_before_each_step(solution, device):
    log = solution.fit(model_at(1.0, 0.0, device), *samples(device), steps=4, lr=1 / 16)
    expected = [entry(*at) for at in path([1.0, 0.0], [2.0, 1.0], 1 / 16, 3)]
    close(log, expected, "(loss, largest error) before steps 1 to 4")


def test_a_perfect_model_has_no_error_and_does_not_change(solution, device):
    model = model_at(2.0, 1.0, device)
    log = solution.fit(model, *samples(device, targets=[-5.0, -1.0, 3.0, 7.0]), steps=4, lr=1 / 16)
    close(log, [[0.0, 0.0]] * 4, "log of a model that is perfect from the start")
    close(values_of(model), [2.0, 1.0], "weight and bias of the perfect model after 4 steps")


def test_every_sample_is_compared_with_its_own_target(solution, device):
    # The mirrored targets belong to the line -2 * x + 1.
    model = model_at(1.0, 0.0, device)
    solution.fit(model, *samples(device, targets=TARGETS[::-1]), steps=4, lr=1 / 16)
    expected = path([1.0, 0.0], [-2.0, 1.0], 1 / 16, 4)[-1]
    close(values_of(model), expected, "weight and bias after 4 steps on mirrored targets")


def test_every_layer_of_a_model_is_trained(solution, device):
    # prediction 3 * (2 * x): for x = (1, -1) and targets (4, -2) the errors are 2 and -4, mean(error * x) = 3
    model = torch.nn.Sequential(torch.nn.Linear(1, 1, bias=False), torch.nn.Linear(1, 1, bias=False)).double()
    model = model.to(device)
    torch.nn.init.constant_(model[0].weight, 2.0)
    torch.nn.init.constant_(model[1].weight, 3.0)
    log = solution.fit(model, *samples(device, [1.0, -1.0], [4.0, -2.0]), steps=1, lr=1 / 64)
    close(log, [[10.0, 4.0]], "log of one step of two layers")
    got = [model[0].weight.item(), model[1].weight.item()]
    close(got, [2 - 2 * 3 * 3 / 64, 3 - 2 * 3 * 2 / 64], "inner and outer weight after 1 step")


# What already works and must stay


def test_one_sample_is_enough(solution, device):
    model = model_at(1.0, 0.0, device)
    log = solution.fit(model, *samples(device, [3.0], [5.0]), steps=1, lr=1 / 16)
    close(log, [[4.0, 2.0]], "log of one step on one sample")
    close(values_of(model), [1 + 12 / 16, 4 / 16], "weight and bias after 1 step on one sample")


def test_inputs_and_targets_do_not_change(solution, device):
    inputs, targets = samples(device)
    solution.fit(model_at(1.0, 0.0, device), inputs, targets, steps=1, lr=1 / 16)
    equal(inputs[:, 0].tolist(), INPUTS, "inputs after fit")
    equal(targets.tolist(), TARGETS, "targets after fit")


def test_no_steps_change_nothing(solution, device):
    model = model_at(1.0, 0.5, device)
    equal(solution.fit(model, *samples(device), steps=0, lr=1 / 16), [], "log of 0 steps")
    equal(values_of(model), [1.0, 0.5], "weight and bias after 0 steps")


@pytest.mark.parametrize("shape", [(3,), (4, 1), (1,), ()])
def test_targets_of_another_shape_are_an_error(solution, device, shape):
    model, (inputs, _) = model_at(1.0, 0.5, device), samples(device)
    targets = torch.zeros(shape, dtype=torch.float64, device=device)
    with raises(ValueError, "", f"targets of shape {shape} for 4 samples"):
        solution.fit(model, inputs, targets, steps=1, lr=1 / 16)
    equal(values_of(model), [1.0, 0.5], "weight and bias after the error")


def test_no_samples_are_an_error(solution, device):
    model, (inputs, targets) = model_at(1.0, 0.5, device), samples(device)
    with raises(ValueError, "", "fit without samples"):
        solution.fit(model, inputs[:0], targets[:0], steps=1, lr=1 / 16)
    equal(values_of(model), [1.0, 0.5], "weight and bias after the error")


# The documented failure


def test_torch_warns_about_sizes_that_differ(broken, device):
    with pytest.warns(UserWarning, match=WARNING):
        broken.fit(model_at(1.0, 0.0, device), *samples(device), steps=1, lr=1 / 16)


@pytest.mark.parametrize(("steps", "lr"), [(4, 1 / 16), (6, 0.05)])
def test_the_model_approaches_the_mean_of_the_targets(broken, device, steps, lr):
    model = model_at(1.0, 0.0, device)
    with pytest.warns(UserWarning, match=WARNING):
        broken.fit(model, *samples(device), steps=steps, lr=lr)
    # Over all pairs the mean is mean((prediction - 1)**2) + VARIANCE, and the first is 5 * w**2 + (b - 1)**2.
    close(
        values_of(model), path([1.0, 0.0], [0.0, 1.0], lr, steps)[-1], f"weight and bias after {steps} steps"
    )


def test_the_log_is_about_all_pairs_of_a_prediction_and_a_target(broken, device):
    with pytest.warns(UserWarning, match=WARNING):
        log = broken.fit(model_at(2.0, 1.0, device), *samples(device), steps=1, lr=1 / 16)
    # predictions -5, -1, 3, 7; the pair that lies farthest apart is -5 and 7.5
    close(log, [[20.0 + VARIANCE, 12.5]], "log of the best model")
