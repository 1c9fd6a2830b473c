"""Features of several scales, adapted, refined and added up: what `make_fusion` promises.

The expected numbers come from the docstring's formula, applied by hand to the layers' own weights.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

WIDTHS = [[2], [3, 2], [3, 2, 1]]  # fused to a width of 2, so that one scale needs no adapting


def parameter_values(shape, start):
    """Numbers between -1 and 1, other ones for each start; no sum of theirs is 0, where relu has its kink."""
    count = torch.Size(shape).numel()
    return (1.7 * torch.arange(start, start + count, dtype=torch.float64)).sin().reshape(shape)


def problem(module, device, widths):
    """A fusion with fixed weights, and its features, for 3 samples."""
    model = module.make_fusion(widths, 2, device=device, dtype=torch.float64)
    with torch.no_grad():
        for k, parameter in enumerate(model.parameters()):
            parameter.copy_(parameter_values(parameter.shape, 3 * k + 1))
    features = [parameter_values((3, width), 7 + k).to(device) for k, width in enumerate(widths)]
    return model, features


def by_hand(widths, values, features):
    """The sum over the scales, from the weights by name."""
    total = 0
    for s, width in enumerate(widths):
        adapted = features[s]
        if width != 2:
            adapted = adapted @ values[f"adapt.{s}.weight"].T + values[f"adapt.{s}.bias"]
        refined = adapted @ values[f"refine.{s}.weight"].T + values[f"refine.{s}.bias"]
        total = total + adapted + refined * (refined > 0)
    return total


def values_of(model):
    return {name: parameter.detach() for name, parameter in model.named_parameters()}


# What make_fusion promises


@pytest.mark.parametrize("widths", WIDTHS, ids=str)
def test_the_result_is_the_sum_of_refined_scales(solution, device, widths):
    model, features = problem(solution, device, widths)
    wanted = by_hand(widths, values_of(model), features)
    close(model(features).detach(), wanted, f"the fusion of scales of widths {widths}")


def test_the_refining_layers_make_a_difference(solution, device):
    model, features = problem(solution, device, [3, 2])
    for s, layer in enumerate(model.refine):
        torch.nn.init.zeros_(layer.weight)
        torch.nn.init.constant_(layer.bias, float(s + 1))
    torch.nn.init.zeros_(model.adapt[0].weight)
    torch.nn.init.zeros_(model.adapt[0].bias)
    wanted = features[1] + 1.0 + 2.0
    close(model(features).detach(), wanted, "the fusion with refining layers that add 1 and 2")


def test_every_parameter_gets_its_gradient(solution, device):
    widths = [3, 2, 1]
    model, features = problem(solution, device, widths)
    weights = parameter_values((3, 2), 4).to(device)
    (3 * (model(features) * weights).sum()).backward()
    values = values_of(model)
    for name, parameter in model.named_parameters():

        def objective(at, name=name):
            return 3 * (by_hand(widths, {**values, name: at}, features) * weights).sum()

        numeric = gradients.central_difference(objective, parameter.detach())
        what = f"the gradient of {name}, beside finite differences"
        close(parameter.grad, numeric, what, rtol=1e-6, atol=1e-8)


# What already works and must stay


@pytest.mark.parametrize("widths", WIDTHS, ids=str)
def test_without_refining_the_adapted_scales_are_added(solution, device, widths):
    model, features = problem(solution, device, widths)
    for layer in model.refine:
        torch.nn.init.zeros_(layer.weight)
        torch.nn.init.constant_(layer.bias, -1.0)  # relu makes it 0
    wanted = by_hand(widths, values_of(model), features)
    close(model(features).detach(), wanted, f"the fusion of scales of widths {widths}, refined by nothing")


def test_the_features_stay_as_they_are(solution, device):
    model, features = problem(solution, device, [3, 2])
    before, objects = [feature.clone() for feature in features], list(map(id, features))
    for _ in range(2):
        model(features)
    equal(list(map(id, features)), objects, "the tensors in the list after two passes, by identity")
    for s, (feature, value) in enumerate(zip(features, before)):
        equal(feature, value, f"the features of scale {s} after two passes")


def test_two_passes_give_the_same(solution, device):
    model, features = problem(solution, device, [3, 2])
    first = model(features).detach().clone()
    equal(model(features).detach(), first, "a second pass with the same features")


def test_a_scale_of_the_right_width_is_adapted_by_nothing(solution, device):
    model, _ = problem(solution, device, [3, 2])
    sizes = [len(list(layer.parameters())) for layer in model.adapt]
    equal(sizes, [2, 0], "the number of parameters that adapt the scales of widths [3, 2]")
    equal(len(model.refine), 2, "the number of layers that refine")


def test_no_scale_is_refused(solution, device):
    with raises(ValueError, "no scale", "a fusion of no scales"):
        solution.make_fusion([], 2, device=device)


# The documented failure


@pytest.mark.parametrize("widths", WIDTHS, ids=str)
def test_the_refining_layers_change_nothing(broken, device, widths):
    model, features = problem(broken, device, widths)
    result = model(features)
    values = values_of(model)
    for name in list(values):
        if name.startswith("refine"):
            values[name] = torch.zeros_like(values[name])
    close(
        result.detach(), by_hand(widths, values, features), f"the sum of adapted scales, of widths {widths}"
    )


def test_the_refining_layers_have_no_gradient(broken, device):
    model, features = problem(broken, device, [3, 2])
    model(features).sum().backward()
    without = [name for name, parameter in model.named_parameters() if parameter.grad is None]
    wanted = ["refine.0.weight", "refine.0.bias", "refine.1.weight", "refine.1.bias"]
    equal(without, wanted, "the parameters without a gradient")
