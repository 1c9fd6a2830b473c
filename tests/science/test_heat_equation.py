"""The residual of the steady heat equation: what `residual` promises.

The networks below are formulas whose second derivatives are known.
"""

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

FLAT = [[0.5, -1.0], [2.0, 0.25], [-1.5, 1.0]]
SPACE = [[0.5, -1.0, 2.0], [2.0, 0.25, -0.5], [-1.5, 1.0, 1.25]]
CLAIM = "the slope of the residuals along a parameter is that of the parameter times the Laplacian"
ORACLE = "closed form 2 y³ + 6 x² y for u = w x² y³, and 4 for v (x² + y²)"


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def column(formula):
    """A network from a formula of the coordinates."""
    return lambda points: formula(*points.unbind(dim=1)).unsqueeze(1)


# (what it is, u, its Laplacian, points)
MIXED = [
    ("x² y³", lambda x, y: x**2 * y**3, lambda x, y: 2 * y**3 + 6 * x**2 * y, FLAT),
    ("x y", lambda x, y: x * y, lambda x, y: 0.0, FLAT),
    ("(x + y)⁴", lambda x, y: (x + y) ** 4, lambda x, y: 24 * (x + y) ** 2, FLAT),
    ("(x - 2 y)³", lambda x, y: (x - 2 * y) ** 3, lambda x, y: 30 * (x - 2 * y), FLAT),
    ("x y z²", lambda x, y, z: x * y * z**2, lambda x, y, z: 2 * x * y, SPACE),
    ("(x + y - z)³", lambda x, y, z: (x + y - z) ** 3, lambda x, y, z: 18 * (x + y - z), SPACE),
]
SEPARATE = [
    ("x⁴", lambda x: x**4, lambda x: 12 * x**2, [[0.5], [-2.0]]),
    ("x² + y³", lambda x, y: x**2 + y**3, lambda x, y: 2 + 6 * y, FLAT),
    ("x² - y²", lambda x, y: x**2 - y**2, lambda x, y: 0.0, FLAT),
    ("x³ + y² + z⁴", lambda x, y, z: x**3 + y**2 + z**4, lambda x, y, z: 6 * x + 2 + 12 * z**2, SPACE),
]


def check(module, device, name, u, laplacian, points, rows):
    points, source = points[:rows], [0.5, -1.0, 3.0][:rows]
    got = module.residual(column(u), tensor(points, device), tensor(source, device))
    wanted = [laplacian(*point) + s for point, s in zip(points, source)]
    close(got.detach(), wanted, f"the residual of u = {name} at {len(points)} points")


# What residual promises


@pytest.mark.parametrize("rows", [1, 2, 3])
@pytest.mark.parametrize("case", MIXED, ids=["x2y3", "xy", "sum4", "difference3", "xyz2", "sum3"])
def test_where_coordinates_meet_the_laplacian_is_right(solution, device, case, rows):
    check(solution, device, *case, rows)


def test_a_network_with_layers_bends_as_its_formula(solution, device):
    weights, outer = (
        tensor([[0.5, -1.0], [1.5, 0.25], [-0.75, 2.0]], device),
        tensor([1.0, -0.5, 2.0], device),
    )
    points = tensor(FLAT, device)
    network = lambda p: (torch.tanh(p @ weights.T) @ outer).unsqueeze(1)  # noqa: E731
    got = solution.residual(network, points, torch.zeros(3, dtype=torch.float64, device=device))
    value = torch.tanh(points @ weights.T)
    wanted = (-2 * value * (1 - value**2) * weights.square().sum(dim=1)) @ outer
    close(got.detach(), wanted, "the residual of a network with three hidden units")


def slopes(module, device):
    """The slope of the sum of 3 * residual² along two parameters."""
    start, points = tensor([0.5, -2.0], device), tensor(FLAT, device)
    source = tensor([1.0, 2.0, -1.0], device)
    x, y = points.unbind(dim=1)
    first, second = 2 * y**3 + 6 * x**2 * y, torch.full_like(x, 4.0)

    def objective(at):
        return 3 * (at[0] * first + at[1] * second + source).square().sum()

    left = start[0] * first + start[1] * second + source
    analytic = torch.stack([6 * (left * first).sum(), 6 * (left * second).sum()])
    leaf = start.clone().requires_grad_()
    network = column(lambda x, y: leaf[0] * x**2 * y**3 + leaf[1] * (x**2 + y**2))
    (3 * module.residual(network, points, source).square()).sum().backward()
    numeric = gradients.central_difference(objective, start)
    what = "the slope of the sum of 3 * residual² along two parameters"
    return gradients.compare(leaf.grad, analytic=analytic, numeric=numeric, what=what)


def test_the_parameters_learn_from_the_residual(solution, device, evidence):
    report = slopes(solution, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config={"points": FLAT}, checkpoint={})
    report.require()


# What already works and must stay


@pytest.mark.parametrize("rows", [1, 2])
@pytest.mark.parametrize("case", SEPARATE, ids=["x4", "x2_y3", "saddle", "three"])
def test_where_coordinates_stay_apart_the_laplacian_is_right(solution, device, case, rows):
    check(solution, device, *case, rows)


def test_a_parameter_learns_in_one_dimension(solution, device):
    w = tensor(0.5, device).requires_grad_()
    points, source = tensor([[1.0], [-2.0]], device), tensor([0.0, 1.0], device)
    residual = solution.residual(column(lambda x: w * x**3), points, source)  # 6 w x + source
    residual.square().sum().backward()
    close(w.grad, tensor(2 * 6 * 3.0 + 2 * -12 * -5.0, device), "the slope along w of u = w x³")


def test_the_points_are_left_as_they_are(solution, device):
    points, source = tensor(FLAT, device), tensor([0.0, 0.0, 0.0], device)
    w = tensor(1.0, device).requires_grad_()
    solution.residual(column(lambda x, y: w * (x**3 + y**3)), points, source).sum().backward()
    equal(points, tensor(FLAT, device), "the points after the call")
    equal(points.requires_grad, False, "whether the points require a gradient after the call")
    equal(points.grad is None, True, "whether the points are without a gradient after backward()")


# The documented failure


def test_the_mixed_derivative_is_counted_twice(broken, device):
    source = tensor([0.0, 0.0, 0.0], device)
    got = broken.residual(column(lambda x, y: x * y), tensor(FLAT, device), source)
    close(got.detach(), [2.0, 2.0, 2.0], "the residual of u = x y, where 0 was promised")
    got = broken.residual(column(lambda x, y: x**2 * y**3), tensor(FLAT, device), source)
    wanted = [2 * y**3 + 6 * x**2 * y + 2 * 6 * x * y**2 for x, y in FLAT]
    close(got.detach(), wanted, "the residual of u = x² y³")


def test_the_parameters_learn_from_another_equation(broken, device, evidence):
    report = slopes(broken, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config={"points": FLAT}, checkpoint={})
    w, v = 0.5, -2.0
    wanted = [0.0, 0.0]
    for (x, y), s in zip(FLAT, [1.0, 2.0, -1.0]):
        first = 2 * y**3 + 6 * x**2 * y + 12 * x * y**2
        left = w * first + v * 4 + s
        wanted[0] += 6 * left * first
        wanted[1] += 6 * left * 4
    close(report.autograd, wanted, "the slope of the sum of 3 * residual² along two parameters")


def test_a_diagonal_wave_bends_twice_as_much(broken, device):
    got = broken.residual(
        column(lambda x, y: (x + y) ** 4), tensor(FLAT, device), tensor([0.0, 0.0, 0.0], device)
    )
    close(got.detach(), [48 * (x + y) ** 2 for x, y in FLAT], "the residual of u = (x + y)⁴")
