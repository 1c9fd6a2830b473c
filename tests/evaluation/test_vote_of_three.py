"""Networks that judge together: what `vote` and `choose` promise.

The probabilities are over the classes of one sample, averaged over the models.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import math

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

WEIGHTS = [
    [[3.0, 0.0], [1.0, 1.0], [0.0, 2.0]],
    [[1.0, -2.0], [0.5, 0.0], [-1.0, 4.0]],
    [[0.0, 1.0], [-2.0, 0.0], [0.25, 0.5]],
]
INPUTS = [[1.0, 0.0], [2.0, 0.5], [-3.0, 1.0], [0.5, -1.0], [0.0, 0.0]]


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def networks(device, count=3):
    models = [torch.nn.Linear(2, 3, bias=False, dtype=torch.float64, device=device) for _ in range(count)]
    for model, weight in zip(models, WEIGHTS):
        model.load_state_dict({"weight": tensor(weight, device)})
    return models


def by_hand(inputs, count=3, temperature=1.0):
    rows = []
    for x in inputs:
        votes = []
        for weight in WEIGHTS[:count]:
            sizes = [math.exp((w[0] * x[0] + w[1] * x[1]) / temperature) for w in weight]
            votes.append([size / sum(sizes) for size in sizes])
        rows.append([sum(column) / count for column in zip(*votes)])
    return rows


# What they promise


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("samples", [1, 2, 3, 5])
def test_probabilities_are_those_of_the_classes(solution, device, count, samples):
    got = solution.vote(networks(device, count), tensor(INPUTS[:samples], device)).detach()
    close(got, by_hand(INPUTS[:samples], count), f"the probabilities of {samples} samples, {count} models")


@pytest.mark.parametrize("temperature", [0.5, 2.0, 10.0])
def test_the_temperature_divides_the_scores(solution, device, temperature):
    got = solution.vote(networks(device), tensor(INPUTS, device), temperature).detach()
    close(got, by_hand(INPUTS, 3, temperature), f"the probabilities at temperature {temperature}")


def test_a_sample_does_not_feel_the_others(solution, device):
    inputs = tensor(INPUTS, device).requires_grad_()
    solution.vote(networks(device), inputs)[0, 0].backward()
    close(inputs.grad[1:], [[0.0, 0.0]] * 4, "the slope of the first sample's answer along the other samples")
    equal(bool((inputs.grad[0] != 0).any()), True, "whether it depends on the first sample")


def test_the_most_probable_class_is_chosen(solution, device):
    wanted = by_hand(INPUTS)
    for samples in (1, 4):
        label, probability = solution.choose(networks(device), tensor(INPUTS[:samples], device))
        best = [row.index(max(row)) for row in wanted[:samples]]
        equal(label.tolist(), best, f"the classes of {samples} samples")
        close(probability.detach(), [max(row) for row in wanted[:samples]], "their probabilities")


def test_large_scores_are_fine(solution, device):
    got = solution.vote(networks(device, 1), tensor([[1000.0, 0.0], [0.0, -2000.0]], device)).detach()
    close(got, [[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]], "the probabilities at scores of a thousand")


# What already works and must stay


def test_models_are_averaged_and_not_added_up(solution, device):
    same = networks(device, 1)
    once = solution.vote(same, tensor(INPUTS, device)).detach()
    close(solution.vote(same * 3, tensor(INPUTS, device)).detach(), once, "three times the same model")


def test_the_shape_is_samples_by_classes(solution, device):
    for samples in (1, 3, 5):
        got = solution.vote(networks(device), tensor(INPUTS[:samples], device))
        equal(tuple(got.shape), (samples, 3), f"the shape for {samples} samples")


def test_gradients_reach_every_model(solution, device):
    models = networks(device)
    (2 * solution.vote(models, tensor(INPUTS, device))[:, 0]).sum().backward()
    for k, model in enumerate(models):
        equal(bool((model.weight.grad != 0).any()), True, f"whether a gradient has reached model {k}")


def test_no_model_is_refused(solution, device):
    with raises(ValueError, "no model", "asking no model"):
        solution.vote([], tensor(INPUTS, device))


# The documented failure


def test_alone_a_sample_has_probability_1_for_each_class(broken, device):
    got = broken.vote(networks(device), tensor(INPUTS[:1], device)).detach()
    close(got, [[1.0, 1.0, 1.0]], "the probabilities of one sample, alone")


def test_equal_samples_share_each_class(broken, device):
    got = broken.vote(networks(device), tensor([INPUTS[1]] * 4, device)).detach()
    close(got, [[0.25] * 3] * 4, "the probabilities of four equal samples")
