"""A normalizing flow: what `log_density` promises.

The witness maps one point at a time, takes the Jacobian of that map by central differences, and adds the
logarithm of its determinant to the density of the normal distribution. It never sees a batch.
"""

import math

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

POINTS = [[0.5, -1.0, 2.0, 0.25], [-0.75, 1.5, 0.0, -2.0], [1.0, 0.5, -0.5, 1.25]]
NEAR = {"rtol": 1e-7, "atol": 1e-7}
CLAIM = "the gradient of a point's log density along that point is that of the change of variables"
ORACLE = "closed form for one layer with constant scales: -(b - shift) exp(-2 s) and -a"


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def networks_of(device, half):
    """Two layers that are not linear and not alike."""
    grow = torch.linspace(-1.0, 1.5, half * 2 * half, dtype=torch.float64, device=device)
    grow = grow.reshape(half, 2 * half)
    return [
        lambda kept: torch.sin(kept @ grow) + 0.25,
        lambda kept: (kept @ grow.flip(1)) / (1 + kept.square().sum(dim=1, keepdim=True)) - 0.5,
    ]


def mapped(networks, point):
    """One point, (2 * half,), through all layers."""
    for network in networks:
        a, b = point[: len(point) // 2], point[len(point) // 2 :]
        out = network(a[None])[0]
        scale = torch.exp(torch.tanh(out[: len(b)]))
        point = torch.cat([(b - out[len(b) :]) / scale, a])
    return point


def density_of(networks, point):
    """The log density of one point, from the determinant of its Jacobian; a float."""
    step, columns = 6e-6, []
    for unit in torch.eye(len(point), dtype=point.dtype, device=point.device):
        above, below = mapped(networks, point + step * unit), mapped(networks, point - step * unit)
        columns.append((above - below) / (2 * step))
    normal = -0.5 * (mapped(networks, point).square().sum() + len(point) * math.log(2 * math.pi))
    return (normal + torch.linalg.slogdet(torch.stack(columns).cpu())[1].to(normal)).item()


# What log_density promises


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("half", [1, 2])
def test_every_point_has_the_density_of_its_own_jacobian(solution, device, half, layers, rows):
    networks = networks_of(device, half)[:layers]
    points = tensor([row[: 2 * half] for row in POINTS[:rows]], device)
    wanted = [density_of(networks, point) for point in points]
    what = f"the log densities of {rows} points of {2 * half} numbers under {layers} layers"
    close(solution.log_density(networks, points), wanted, what, **NEAR)


def test_a_point_has_the_same_density_alone_and_in_company(solution, device):
    networks, points = networks_of(device, 2), tensor(POINTS, device)
    alone = torch.cat([solution.log_density(networks, points[k : k + 1]) for k in range(3)])
    close(solution.log_density(networks, points), alone, "log densities of 3 points together and alone")
    close(solution.log_density(networks, points.flip(0)), alone.flip(0), "log densities in the reverse order")


@pytest.mark.parametrize("layers", [1, 2])
def test_the_density_integrates_to_one(solution, device, layers):
    steps = torch.arange(-9, 9, 0.5, dtype=torch.float64, device=device) + 0.25
    grid = torch.cartesian_prod(steps, steps)  # all in one batch
    density = solution.log_density(networks_of(device, 1)[:layers], grid).exp()
    close(density.sum() * 0.5**2, tensor(1.0, device), "the integral over the plane", rtol=5e-4, atol=5e-4)


def slopes(module, device):
    """The slope of 3 * the sum of the log densities along the points and the raw scale of one layer."""
    start = torch.cat([tensor(POINTS, device).flatten(), tensor([0.5, -0.25], device)])

    def by_formula(at):
        points, s = at[:12].reshape(3, 4), torch.tanh(at[12:])
        moved = (points[:, 2:] - 0.5) * torch.exp(-s)
        return 3 * (-0.5 * (points[:, :2].square().sum() + moved.square().sum()) - 3 * s.sum())

    points, s = tensor(POINTS, device), torch.tanh(start[12:])
    moved = (points[:, 2:] - 0.5) * torch.exp(-s)
    of_points = torch.cat([-3 * points[:, :2], -3 * moved * torch.exp(-s)], dim=1)
    of_scales = 3 * (moved.square().sum(dim=0) - 3) * (1 - s.square())
    analytic = torch.cat([of_points.flatten(), of_scales])
    numeric = gradients.central_difference(by_formula, start)
    leaf = start.clone().requires_grad_()

    def network(kept):
        shift = torch.full_like(kept, 0.5)
        return torch.cat([leaf[12:].expand(len(kept), 2), shift], dim=1)

    (3 * module.log_density([network], leaf[:12].reshape(3, 4))).sum().backward()
    what = "the slope of 3 * the sum of log densities along 3 points and 2 raw scales"
    return gradients.compare(leaf.grad, analytic=analytic, numeric=numeric, what=what)


def test_points_and_scales_are_pulled_by_the_gradient_of_the_density(solution, device, evidence):
    report = slopes(solution, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config={"points": POINTS}, checkpoint={})
    report.require()


# What already works and must stay


def test_a_single_point_has_the_right_density(solution, device):
    network = lambda kept: torch.cat([kept * 0 + math.atanh(0.5), kept * 2], dim=1)  # noqa: E731
    got = solution.log_density([network], tensor([[0.5, 3.0]], device))
    moved = (3.0 - 1.0) / math.exp(0.5)
    wanted = -0.5 * (0.25 + moved**2) - math.log(2 * math.pi) - 0.5
    close(got, [wanted], "the log density of (0.5, 3) under one layer with scale exp(0.5) and shift 1")


def test_the_halves_change_places_after_every_layer(solution, device):
    seen = []

    def network(kept):
        seen.append(kept.detach().clone())
        return torch.cat([torch.zeros_like(kept), torch.full_like(kept, 10.0)], dim=1)

    solution.log_density([network] * 3, tensor([[1.0, 2.0]], device))
    equal([value.tolist() for value in seen], [[[1.0]], [[-8.0]], [[-9.0]]], "the half that each layer keeps")


def test_without_layers_the_points_are_normal(solution, device):
    points = tensor(POINTS, device)
    wanted = [-0.5 * sum(x * x for x in row) - 2 * math.log(2 * math.pi) for row in POINTS]
    close(solution.log_density([], points), wanted, "the log densities under no layers")


def test_an_empty_batch_has_no_densities(solution, device):
    points = torch.zeros(0, 4, dtype=torch.float64, device=device)
    close(solution.log_density(networks_of(device, 2), points), [], "the log densities of no points")


def test_the_points_are_left_as_they_are(solution, device):
    points = tensor(POINTS, device).requires_grad_()
    solution.log_density(networks_of(device, 2), points).sum().backward()
    equal(points.detach(), tensor(POINTS, device), "the points after the call")


@pytest.mark.parametrize("shape", [(3, 3), (4,), (2, 2, 2)])
def test_points_of_another_shape_are_refused(solution, device, shape):
    points = torch.zeros(shape, dtype=torch.float64, device=device)
    with raises(ValueError, "expected (batch, 2 * half)", f"points of shape {shape}"):
        solution.log_density([], points)


# The documented failure


def test_every_point_pays_for_all_points(broken, device):
    network = lambda kept: torch.cat([torch.atanh(kept), kept * 0], dim=1)  # noqa: E731
    points = tensor([[0.5, 0.0], [0.25, 0.0], [-0.5, 0.0]], device)  # of log-scales 0.5, 0.25 and -0.5
    wanted = [-0.5 * a * a - math.log(2 * math.pi) - (0.5 + 0.25 - 0.5) for a in (0.5, 0.25, -0.5)]
    close(broken.log_density([network], points), wanted, "the log densities of three points in a batch")


def test_three_points_pull_the_scales_three_times_too_hard(broken, device, evidence):
    report = slopes(broken, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config={"points": POINTS}, checkpoint={})
    s = torch.tanh(tensor([0.5, -0.25], device))
    wanted = report.analytic.clone()
    wanted[12:] -= 18 * (1 - s.square())  # 3 * 9 where it should be 3 * 3
    close(report.autograd, wanted, "the slope along 3 points and 2 raw scales")
