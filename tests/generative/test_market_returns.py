"""Daily returns with a shared volatility: what the distribution of `market` promises.

By hand: h = day[0] / units[0], z_k = day[k] / units[k] / exp(h), and the log density is that of h and of
every z_k, less h for every asset and less log(unit) for every coordinate.
"""

import math

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

LOC, SCALE, UNITS = [-0.5, 0.25, -1.0], [0.75, 1.0, 2.0], [2.0, 100.0, 0.5]
DAYS = [[0.5, 150.0, -1.0], [-1.0, 20.0, 0.25], [0.25, -40.0, 0.0], [1.5, 0.0, 3.0]]
CLAIM = "the gradient of the log density along loc and scale and a day is that of the change of variables"
ORACLE = "closed form (u - loc) / scale², ((u - loc)² / scale² - 1) / scale, chain rule along a day"


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def parameters(device, size=3):
    return [tensor(values[:size], device) for values in (LOC, SCALE, UNITS)]


def by_hand(day, loc=LOC, scale=SCALE, units=UNITS):
    """The log density of one day, from plain numbers."""
    h = day[0] / units[0]
    shocks = [h] + [r / unit / math.exp(h) for r, unit in zip(day[1:], units[1:])]
    total = -h * (len(day) - 1)
    for u, m, s, unit in zip(shocks, loc, scale, units):
        total -= 0.5 * ((u - m) / s) ** 2 + math.log(s) + 0.5 * math.log(2 * math.pi) + math.log(unit)
    return total


# What market promises


@pytest.mark.parametrize("days", [1, 2, 3, 4])
@pytest.mark.parametrize("assets", [1, 2])
def test_every_day_has_its_own_density(solution, device, assets, days):
    size = 1 + assets
    rows = [row[:size] for row in DAYS[:days]]
    got = solution.market(*parameters(device, size)).log_prob(tensor(rows, device))
    close(got, [by_hand(row) for row in rows], f"the log densities of {days} days with {assets} assets")


def test_days_can_be_arranged_in_weeks(solution, device):
    weeks = tensor([DAYS[:2], DAYS[2:], DAYS[1:3]], device)  # (3, 2, 3)
    wanted = [[by_hand(day) for day in week] for week in (DAYS[:2], DAYS[2:], DAYS[1:3])]
    got = solution.market(*parameters(device)).log_prob(weeks)
    close(got, wanted, "the log densities of 3 weeks of 2 days")


def test_the_order_of_the_days_does_not_matter(solution, device):
    market, days = solution.market(*parameters(device)), tensor(DAYS, device)
    wanted = market.log_prob(days).flip(0)
    close(market.log_prob(days.flip(0)), wanted, "the log densities in the reverse order")


def test_the_density_integrates_to_one(solution, device):
    loc, scale, units = tensor([0.0, 0.5], device), tensor([0.25, 0.5], device), tensor([1.0, 2.0], device)
    h = torch.arange(-2, 2, 0.125, dtype=torch.float64, device=device)
    r = torch.arange(-16, 20, 0.25, dtype=torch.float64, device=device)
    density = solution.market(loc, scale, units).log_prob(torch.cartesian_prod(h, r)).exp()
    close(density.sum() * 0.125 * 0.25, tensor(1.0, device), "the integral", rtol=1e-4, atol=1e-4)


def slopes(module, device):
    """The slope of 3 * the sum of the log densities of two days along loc, scale and the first day."""
    start = torch.cat([tensor(LOC, device), tensor(SCALE, device), tensor(DAYS[0], device)])

    def objective(at):
        at = at.tolist()
        return 3 * sum(by_hand(day, at[:3], at[3:6]) for day in (at[6:], DAYS[1]))

    analytic = [0.0] * 9
    for day in DAYS[:2]:
        h = day[0] / UNITS[0]
        u = [h] + [r / unit / math.exp(h) for r, unit in zip(day[1:], UNITS[1:])]
        for k, (value, m, s) in enumerate(zip(u, LOC, SCALE)):
            analytic[k] += 3 * (value - m) / s**2
            analytic[3 + k] += 3 * ((value - m) ** 2 / s**2 - 1) / s
    h = DAYS[0][0] / UNITS[0]
    u = [h] + [r / unit / math.exp(h) for r, unit in zip(DAYS[0][1:], UNITS[1:])]
    pull = [(value - m) / s**2 for value, m, s in zip(u, LOC, SCALE)]
    analytic[6] = 3 * (-pull[0] + pull[1] * u[1] + pull[2] * u[2] - 2) / UNITS[0]
    analytic[7] = -3 * pull[1] / math.exp(h) / UNITS[1]
    analytic[8] = -3 * pull[2] / math.exp(h) / UNITS[2]
    numeric = gradients.central_difference(objective, start)
    leaf = start.clone().requires_grad_()
    days = torch.stack([leaf[6:], tensor(DAYS[1], device)])
    (3 * module.market(leaf[:3], leaf[3:6], tensor(UNITS, device)).log_prob(days)).sum().backward()
    what = "the slope of 3 * the sum of two log densities along loc, scale and the first day"
    return gradients.compare(leaf.grad, analytic=tensor(analytic, device), numeric=numeric, what=what)


def test_parameters_and_days_are_pulled_by_the_gradient_of_the_density(solution, device, evidence):
    report = slopes(solution, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config={"days": DAYS[:2]}, checkpoint={})
    report.require()


# What already works and must stay


def test_a_single_day_has_the_right_density(solution, device):
    market = solution.market(*parameters(device))
    for day in DAYS:
        close(market.log_prob(tensor(day, device)), tensor(by_hand(day), device), f"the log density of {day}")


def test_one_event_is_a_whole_day(solution, device):
    market = solution.market(*parameters(device))
    equal(tuple(market.event_shape), (3,), "the event shape for 2 assets")
    equal(tuple(market.batch_shape), (), "the batch shape")
    equal(tuple(market.sample((4, 5)).shape), (4, 5, 3), "the shape of 4 times 5 samples")


def test_samples_are_shocks_scaled_by_their_volatility(solution, device):
    certain = tensor([1e-12, 1e-12, 1e-12], device)
    sample = solution.market(tensor([0.5, 1.0, -2.0], device), certain, tensor(UNITS, device)).sample()
    wanted = [2 * 0.5, 100 * math.exp(0.5), -1.0 * math.exp(0.5)]
    close(sample, wanted, "a sample of a market without uncertainty", rtol=1e-6, atol=1e-6)


def test_the_parameters_are_left_as_they_are(solution, device):
    loc, scale, units = parameters(device)
    solution.market(loc, scale, units).log_prob(tensor(DAYS, device))
    equal(loc, tensor(LOC, device), "loc after the call")
    equal(scale, tensor(SCALE, device), "scale after the call")
    equal(loc.requires_grad, False, "whether loc requires a gradient after the call")


# The documented failure


def test_every_day_pays_for_all_days(broken, device):
    days = DAYS[:3]
    volatility = [day[0] / UNITS[0] for day in days]
    got = broken.market(*parameters(device)).log_prob(tensor(days, device))
    wanted = [by_hand(day) + 2 * h - 2 * sum(volatility) for day, h in zip(days, volatility)]
    close(got, wanted, "the log densities of three days in a batch")


def test_the_pull_along_a_day_is_that_of_two_days(broken, device, evidence):
    report = slopes(broken, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config={"days": DAYS[:2]}, checkpoint={})
    wanted = report.analytic.clone()
    wanted[6] -= 3 * 2 / UNITS[0]  # the other day pays for this one's volatility too
    close(report.autograd, wanted, "the slope along loc, scale and the first day")
