"""The mean distance between points: what `distance_loss` promises, even for a point on its target.

`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import math

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

# Distances 5, 0, 1, 0 and 1.25: the second and the fourth point lie on their targets.
PREDICTED = [[3.0, 4.0], [2.0, -1.0], [0.0, 1.0], [0.0, 0.0], [1.75, 3.0]]
TARGETS = [[0.0, 0.0], [2.0, -1.0], [0.0, 2.0], [0.0, 0.0], [1.0, 2.0]]
APART = [0, 2, 4]


def points(values, device, dtype=torch.float64, **options):
    return torch.tensor(values, dtype=dtype, device=device, **options)


def by_hand(predicted, targets):
    """The mean distance, and for each point the pull (p - t) / distance / points."""
    distances = [math.dist(p, t) for p, t in zip(predicted, targets)]
    pulls = [
        [(a - b) / distance / len(distances) if distance > 0 else 0.0 for a, b in zip(p, t)]
        for p, t, distance in zip(predicted, targets, distances)
    ]
    return sum(distances) / len(distances), pulls


def gradient(module, predicted, targets, device):
    predicted = points(predicted, device, requires_grad=True)
    module.distance_loss(predicted, points(targets, device)).backward()
    return predicted.grad


def near(got, expected, what):
    close(got, expected, what, rtol=1e-5, atol=1e-5)


def train(module, device, steps, lr=0.25):
    """Descend on one shift of three points. The targets of two lie at (1, 0); the third starts on its own."""
    shift = points([0.0, 0.0], device, requires_grad=True)
    start, targets = points([[0.0, 0.0]] * 3, device), points([[1.0, 0.0], [1.0, 0.0], [0.0, 0.0]], device)
    way = []
    for _ in range(steps):
        shift.grad = None
        module.distance_loss(start + shift, targets).backward()
        with torch.no_grad():
            shift -= lr * shift.grad
        way.append(shift.tolist())
    return way


# What distance_loss promises


def test_a_point_on_its_target_has_gradient_0_and_the_others_are_pulled(solution, device):
    got = gradient(solution, PREDICTED, TARGETS, device)
    near(got, by_hand(PREDICTED, TARGETS)[1], "predicted.grad, with points 1 and 3 on their targets")


@pytest.mark.parametrize("count", [1, 3])
def test_if_all_points_are_right_nothing_is_pulled(solution, device, count):
    right = [[1.5, -2.0, 0.25]] * count
    got = gradient(solution, right, right, device)
    near(got, [[0.0] * 3] * count, f"predicted.grad of {count} points that are right")


def test_training_continues_if_one_point_starts_on_its_target(solution, device):
    # The first step has the two pulls 1/3 to the right. Then the third point pulls back with 1/3.
    way = train(solution, device, steps=4)
    near(way, [[x / 12, 0.0] for x in (2, 3, 4, 5)], "the shift after each of 4 steps")


@pytest.mark.parametrize("distance", [1.5e-3, 1e3])
def test_near_and_far_points_are_pulled_with_the_same_strength(solution, device, distance):
    got = gradient(solution, [[0.6 * distance, -0.8 * distance], [0.0, 0.0]], [[0.0, 0.0]] * 2, device)
    near(got[1], [0.0, 0.0], f"the pull on a point on its target, next to one at the distance {distance}")
    off = math.dist(got[0].tolist(), [0.3, -0.4])
    what = f"whether a point at the distance {distance} is pulled by (0.3, -0.4), got {got[0].tolist()}"
    equal(off <= 0.5e-5, True, what)


# What already works and must stay


@pytest.mark.parametrize("rows", [[0], [2, 4], APART], ids=str)
def test_the_loss_is_the_mean_distance(solution, device, rows):
    predicted, targets = [PREDICTED[i] for i in rows], [TARGETS[i] for i in rows]
    loss = solution.distance_loss(points(predicted, device), points(targets, device))
    near(loss, points(by_hand(predicted, targets)[0], device), f"the loss of the points {predicted}")


@pytest.mark.parametrize(
    "distances", [[0.0], [0.0] * 3, [2.0, 0.0, 0.0, 0.0], [5e-5, 0.0, 0.0, 0.0]], ids=str
)
def test_a_point_on_its_target_or_close_to_it_costs_no_more_than_its_distance(solution, device, distances):
    predicted = points([[0.6 * distance, -0.8 * distance] for distance in distances], device)
    loss = solution.distance_loss(predicted, torch.zeros_like(predicted)).item()
    want = sum(distances) / len(distances)
    what = f"whether points at the distances {distances} cost {want:g} to within 1e-6, got {loss:g}"
    equal(abs(loss - want) <= 1e-6, True, what)


def test_points_apart_from_their_targets_have_the_right_gradient(solution, device):
    predicted, targets = [PREDICTED[i] for i in APART], [TARGETS[i] for i in APART]
    near(gradient(solution, predicted, targets, device), by_hand(predicted, targets)[1], "predicted.grad")


def test_the_gradient_is_scaled_by_what_multiplies_the_loss(solution, device):
    predicted, targets = [PREDICTED[i] for i in APART], [TARGETS[i] for i in APART]
    moved = points(predicted, device, requires_grad=True)
    (3 * solution.distance_loss(moved, points(targets, device))).backward()
    tripled = [[3 * pull for pull in row] for row in by_hand(predicted, targets)[1]]
    near(moved.grad, tripled, "predicted.grad of 3 times the loss")


def test_the_loss_of_float32_points_is_float32(solution, device):
    single = [points(values, device, torch.float32) for values in ([[0.1, 0.3]], [[0.2, 0.7]])]
    near(solution.distance_loss(*single), torch.tensor(math.hypot(0.1, 0.4)), "the loss of a float32 point")


@pytest.mark.parametrize("shapes", [((0, 2), (0, 2)), ((3, 2), (1, 2)), ((3, 2), (3, 1))])
def test_points_that_do_not_match_are_refused(solution, device, shapes):
    predicted, targets = [torch.zeros(shape, dtype=torch.float64, device=device) for shape in shapes]
    with raises(ValueError, "points", f"points of the shapes {shapes}"):
        solution.distance_loss(predicted, targets)


# The documented failure


def test_a_point_on_its_target_has_a_nan_gradient_and_the_others_are_right(broken, device):
    got = gradient(broken, PREDICTED, TARGETS, device)
    equal(torch.isnan(got).any(dim=1).tolist(), [False, True, False, True, False], "which rows are nan")
    pulls = by_hand(PREDICTED, TARGETS)[1]
    near(got[APART], [pulls[i] for i in APART], "the gradient of the points apart from their targets")


def test_one_step_makes_every_parameter_behind_the_point_nan(broken, device):
    shift = train(broken, device, steps=1)[0]
    equal([math.isnan(value) for value in shift], [True, True], "which elements of the shift are nan")
