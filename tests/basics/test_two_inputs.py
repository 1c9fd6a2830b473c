"""A log of gradients that add up: what `gradient_log` promises.

`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
z = x² + y² has the gradients 2 x and 2 y; at x = 1 and y = 2 every backward pass adds 2 and 4.
"""

import pytest
import torch

from torchkata.checks import close, equal

pytestmark = pytest.mark.float64


def inputs(device, x=1.0, y=2.0):
    return tuple(torch.tensor(v, dtype=torch.float64, device=device, requires_grad=True) for v in (x, y))


def check_log(log, expected, situation):
    entries = len(log) if isinstance(log, list) else log
    equal(entries, len(expected), f"number of entries in the log {situation}")
    for k, (got, (of_x, of_y)) in enumerate(zip(log, expected)):
        close(got[0], torch.tensor(of_x).double(), f"gradient of x in entry {k} of the log {situation}")
        close(got[1], torch.tensor(of_y).double(), f"gradient of y in entry {k} of the log {situation}")


# What gradient_log promises


@pytest.mark.parametrize("passes", [2, 4])
def test_every_entry_shows_the_sum_at_its_own_moment(solution, device, passes):
    x, y = inputs(device)
    expected = [(2.0 * k, 4.0 * k) for k in range(1, passes + 1)]
    check_log(solution.gradient_log(x, y, passes), expected, f"of {passes} passes")


def test_the_log_does_not_change_when_the_gradients_do(solution, device):
    x, y = inputs(device)
    log = solution.gradient_log(x, y, 2)
    check_log(log, [(2.0, 4.0), (4.0, 8.0)], "of 2 passes")
    (x**2 + y**2).backward()
    check_log(log, [(2.0, 4.0), (4.0, 8.0)], "after one more backward pass")


def test_the_log_starts_from_what_the_gradient_already_held(solution, device):
    x, y = inputs(device)
    x.grad = torch.full_like(x, 10.0)
    check_log(solution.gradient_log(x, y, 2), [(12.0, 4.0), (14.0, 8.0)], "that started with x.grad = 10")


# What already works and must stay


@pytest.mark.parametrize("passes", [1, 2, 5])
def test_the_gradients_themselves_keep_adding_up(solution, device, passes):
    x, y = inputs(device, 1.0, -3.0)
    solution.gradient_log(x, y, passes)
    close(x.grad, torch.tensor(2.0 * passes).double(), f"x.grad after {passes} passes")
    close(y.grad, torch.tensor(-6.0 * passes).double(), f"y.grad after {passes} passes")


def test_one_pass_gives_one_pair(solution, device):
    x, y = inputs(device)
    check_log(solution.gradient_log(x, y, 1), [(2.0, 4.0)], "of 1 pass")


def test_zero_passes_give_an_empty_log_and_no_gradient(solution, device):
    x, y = inputs(device)
    equal(solution.gradient_log(x, y, 0), [], "log of 0 passes")
    equal(x.grad, None, "x.grad after 0 passes")


def test_a_vector_of_one_element_works_too_and_its_gradient_has_its_shape(solution, device):
    x = torch.tensor([1.0], dtype=torch.float32, device=device, requires_grad=True)
    y = torch.tensor([2.0], dtype=torch.float32, device=device, requires_grad=True)
    of_x, of_y = solution.gradient_log(x, y, 1)[0]
    close(of_x, torch.tensor([2.0]), "gradient of x, which has the shape (1,)")
    close(of_y, torch.tensor([4.0]), "gradient of y, which has the shape (1,)")
    equal(of_x.device.type, device.type, "device of the log")


# The documented failure


def test_every_entry_shows_the_last_sum(broken, device):
    x, y = inputs(device)
    check_log(broken.gradient_log(x, y, 2), [(4.0, 8.0), (4.0, 8.0)], "of 2 passes")


def test_the_log_changes_after_it_was_returned(broken, device):
    x, y = inputs(device)
    log = broken.gradient_log(x, y, 2)
    check_log(log, [(4.0, 8.0), (4.0, 8.0)], "of 2 passes")
    x.grad.zero_()
    y.grad.fill_(7.0)
    check_log(log, [(0.0, 7.0), (0.0, 7.0)], "after x.grad was set to 0 and y.grad to 7")
