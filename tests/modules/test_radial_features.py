"""Radial features with fixed centers and trained widths: what `make_features` promises.

`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import copy
import math

import pytest
import torch

from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

GRIDS = [[-1.0, 2.0], [0.1, 0.7, 1.3]]
OTHER = [[0.3, -2.0], [1.1, 0.0, -0.6]]
INPUTS = [0.5, -0.75]
DOUBLE = {"rtol": 1e-12, "atol": 1e-12}  # so that a center that was once float32 shows


def by_hand(grids, widths=1.0):
    return [[math.exp(-(((x - c) / widths) ** 2)) for grid in grids for c in grid] for x in INPUTS]


def inputs(device, dtype=torch.float32):
    return torch.tensor(INPUTS, dtype=dtype, device=device).unsqueeze(1)


def state(device, grids=OTHER, width=1.0, dtype=torch.float64):
    """The numbers of a trained model, as they come from a file."""
    entries = {}
    for k, grid in enumerate(grids):
        entries[f"centers_{k}"] = torch.tensor(grid, dtype=dtype, device=device)
        entries[f"width_{k}"] = torch.full_like(entries[f"centers_{k}"], width)
    return entries


# What make_features promises


def test_a_cast_model_follows_what_is_loaded(solution, device):
    model = solution.make_features(GRIDS, device=device).double()
    model.load_state_dict(state(device, width=0.5))
    got = model(inputs(device, torch.float64)).detach()
    close(got, by_hand(OTHER, 0.5), "the features of a model that was cast, then loaded", **DOUBLE)


@pytest.mark.parametrize("how", ["double", "to"])
def test_the_outputs_follow_every_kind_of_cast(solution, device, how):
    model = solution.make_features(GRIDS, device=device)
    model = model.double() if how == "double" else model.to(torch.float64)
    model.load_state_dict(state(device))
    model = model.half() if how == "double" else model.to(torch.float16)
    got = model(inputs(device, torch.float16)).detach()
    equal(
        str(got.dtype), "torch.float16", f"the dtype of the outputs after a cast to half precision by {how}"
    )
    close(got.double(), by_hand(OTHER), "the features after loading and a cast", rtol=1e-2, atol=1e-2)


def test_a_model_inside_another_one_is_cast_with_it(solution, device):
    model = torch.nn.Sequential(torch.nn.Identity(), solution.make_features(GRIDS, device=device))
    model.to(dtype=torch.float64)
    model.load_state_dict({f"1.{name}": value for name, value in state(device).items()})
    got = model(inputs(device, torch.float64)).detach()
    close(got, by_hand(OTHER), "the features of a model inside another, cast and loaded", **DOUBLE)


def test_a_copy_of_a_cast_model_has_centers_of_its_own(solution, device):
    model = solution.make_features(GRIDS, device=device).double()
    model.load_state_dict(state(device))
    other = copy.deepcopy(model)
    model.load_state_dict(state(device, grids=GRIDS))
    got = other(inputs(device, torch.float64)).detach()
    close(got, by_hand(OTHER), "the features of a copy, after its original was loaded anew", **DOUBLE)


# What already works and must stay


def test_a_new_model_gives_its_features(solution, device):
    model = solution.make_features(GRIDS, device=device, dtype=torch.float64)
    got = model(inputs(device, torch.float64)).detach()
    close(got, by_hand(GRIDS), "the features of a new model", **DOUBLE)
    got = solution.make_features(GRIDS, device=device)(inputs(device)).detach()
    equal(str(got.dtype), "torch.float32", "the dtype of the outputs of a new float32 model")


def test_loading_reaches_a_model_that_was_never_cast(solution, device):
    model = solution.make_features(GRIDS, device=device, dtype=torch.float64)
    model.load_state_dict(state(device, width=0.5))
    got = model(inputs(device, torch.float64)).detach()
    close(got, by_hand(OTHER, 0.5), "the features after loading", **DOUBLE)


def test_the_centers_are_saved_and_not_trained(solution, device):
    model = solution.make_features(GRIDS, device=device)
    wanted = ["centers_0", "centers_1", "width_0", "width_1"]
    equal(sorted(model.state_dict()), wanted, "the names in the state")
    equal(sorted(name for name, _ in model.named_parameters()), wanted[2:], "the names of the parameters")
    shapes = [list(value.shape) for _, value in sorted(model.state_dict().items())]
    equal(shapes, [[2], [3], [2], [3]], "the shapes in the state, by name")


@pytest.mark.parametrize("cast", [False, True])
def test_the_widths_are_trained_before_and_after_a_cast(solution, device, cast):
    model = solution.make_features([[-1.0], [2.0]], device=device, dtype=None if cast else torch.float64)
    model.double()
    (3 * model(inputs(device, torch.float64)).sum()).backward()
    # d/dw exp(-((x - c) / w)²) at w = 1 is 2 (x - c)² exp(-(x - c)²)
    for k, c in enumerate((-1.0, 2.0)):
        slope = sum(2 * (x - c) ** 2 * math.exp(-((x - c) ** 2)) for x in INPUTS)
        gradient = model.get_parameter(f"width_{k}").grad
        close(gradient, [3 * slope], f"the gradient of width_{k}", rtol=1e-6, atol=1e-6)
    torch.optim.SGD(model.parameters(), lr=0.25).step()
    after = model(inputs(device, torch.float64))[0, 0].item()
    width = model.width_0.item()
    wanted = math.exp(-((1.5 / width) ** 2))
    close(after, wanted, "the first feature after a step", rtol=1e-6, atol=1e-6)


def test_a_gradient_reaches_the_inputs(solution, device):
    model = solution.make_features([[0.25]], device=device, dtype=torch.float64)
    at = inputs(device, torch.float64).requires_grad_()
    (3 * model(at).sum()).backward()
    slopes = [[-6 * (x - 0.25) * math.exp(-((x - 0.25) ** 2))] for x in INPUTS]
    close(at.grad, slopes, "the gradient of the inputs", **DOUBLE)


# The documented failure


@pytest.mark.parametrize("how", ["double", "to"])
def test_a_cast_model_ignores_the_centers_that_it_loads(broken, device, how):
    model = broken.make_features(GRIDS, device=device)
    model = model.double() if how == "double" else model.to(torch.float64)
    report = model.load_state_dict(state(device))
    equal(str(report), "<All keys matched successfully>", "what load_state_dict says")
    equal(model.centers_0.tolist(), OTHER[0], "the centers in the model's state")
    got = model(inputs(device, torch.float64)).detach()
    close(got, by_hand(GRIDS), "the features, at the centers from before", rtol=1e-6, atol=1e-6)


def test_half_precision_goes_in_and_single_precision_comes_out(broken, device):
    model = broken.make_features(GRIDS, device=device).half()
    got = model(inputs(device, torch.float16))
    equal(str(got.dtype), "torch.float32", "the dtype of the outputs of a half precision model")
