"""Saving and resuming a run: after `save_run` and `resume_run`, training goes on as if never interrupted.

`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import io
import math

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

STEPS = 6
PLAIN = (torch.optim.SGD, {"lr": 0.125})
MOMENTUM = (torch.optim.SGD, {"lr": 0.0625, "momentum": 0.5})
ADAM = (torch.optim.Adam, {"lr": 0.25, "betas": (0.5, 0.75), "eps": 1e-8})


class Counted(torch.nn.Module):
    """One weight, and a buffer that counts the forward passes."""

    def __init__(self, device, start):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.tensor(start, dtype=torch.float64, device=device))
        self.register_buffer("passes", torch.zeros((), dtype=torch.float64, device=device))

    def forward(self):
        self.passes += 1
        return self.weight


def begin(device, kind, start=5.0):
    """A run as its script begins it: a model, and an optimizer with the settings of the script."""
    model = Counted(device, start)
    optimizer_class, settings = kind
    return model, optimizer_class(model.parameters(), **settings)


def train(model, optimizer, first, last, lowered=None):
    """Take the steps from `first` to `last` on w² / 2; at step `lowered` halve rate and momentum."""
    way = []
    for step in range(first, last):
        if step == lowered:
            for group in optimizer.param_groups:
                group["lr"] /= 2
                group["momentum"] /= 2
        optimizer.zero_grad()
        (model() ** 2 / 2).backward()
        optimizer.step()
        way.append(model.weight.item())
    return way


def begin_with_two_rates(device):
    """Two weights of 5, each in a group of its own, with the learning rates 0.25 and 0.125."""
    model = torch.nn.ParameterList(torch.full((), 5.0, dtype=torch.float64, device=device) for _ in range(2))
    groups = [{"params": [model[0]], "lr": 0.25}, {"params": [model[1]], "lr": 0.125}]
    return model, torch.optim.SGD(groups, momentum=0.5)


def train_all(model, optimizer, steps):
    """Take steps on half the sum of the squares: the slope at each weight is that weight."""
    for _ in range(steps):
        optimizer.zero_grad()
        (sum(weight**2 for weight in model) / 2).backward()
        optimizer.step()


def interrupt(module, device, kind, saved, lowered=None):
    """Save after `saved` steps, begin anew from the file, and go on to the last; return all weights."""
    model, optimizer = begin(device, kind)
    way, file = train(model, optimizer, 0, saved, lowered), io.BytesIO()
    module.save_run(file, model, optimizer, saved)
    file.seek(0)
    model, optimizer = begin(device, kind, start=-3.0)
    step = module.resume_run(file, model, optimizer)
    equal(step, saved, "the step that resume_run returns")
    return way + train(model, optimizer, saved, STEPS, lowered)


def sgd_by_hand(lr, momentum=0.0, lowered=None, forget=None):
    """The weights of all steps; the slope of w² / 2 is w. At step `forget` the velocity is lost."""
    weight, velocity, way = 5.0, 0.0, []
    for step in range(STEPS):
        if step == lowered:
            lr, momentum = lr / 2, momentum / 2
        velocity = (0.0 if step == forget else momentum * velocity) + weight
        weight -= lr * velocity
        way.append(weight)
    return way


def adam_by_hand(forget=None):
    """Adam with the settings above (arXiv:1412.6980, algorithm 1). At step `forget` its memory is lost."""
    weight, first, second, count, way = 5.0, 0.0, 0.0, 0, []
    for step in range(STEPS):
        if step == forget:
            first, second, count = 0.0, 0.0, 0
        count += 1
        first, second = 0.5 * first + 0.5 * weight, 0.75 * second + 0.25 * weight**2
        weight -= 0.25 * (first / (1 - 0.5**count)) / (math.sqrt(second / (1 - 0.75**count)) + 1e-8)
        way.append(weight)
    return way


# What save_run and resume_run promise


@pytest.mark.parametrize("saved", [1, 2, 5])
def test_a_run_with_momentum_continues_as_if_uninterrupted(solution, device, saved):
    way = interrupt(solution, device, MOMENTUM, saved)
    close(way, sgd_by_hand(0.0625, 0.5), f"the weights of 6 steps with momentum, interrupted after {saved}")


@pytest.mark.parametrize("saved", [1, 3])
def test_a_run_with_adam_continues_as_if_uninterrupted(solution, device, saved):
    way = interrupt(solution, device, ADAM, saved)
    close(way, adam_by_hand(), f"the weights of 6 steps with Adam, interrupted after {saved}")


@pytest.mark.parametrize("kind", [PLAIN, MOMENTUM], ids=["plain", "momentum"])
def test_settings_that_were_lowered_stay_low(solution, device, kind):
    way = interrupt(solution, device, kind, saved=3, lowered=2)
    want = sgd_by_hand(lowered=2, **kind[1])
    close(way, want, "the weights of 6 steps, rate and momentum halved before step 2, interrupted after 3")


def test_each_group_of_parameters_keeps_its_own_settings(solution, device):
    model, optimizer = begin_with_two_rates(device)
    train_all(model, optimizer, 2)
    optimizer.param_groups[1].update(lr=0.0625, momentum=0.25)  # half of what they were
    train_all(model, optimizer, 1)
    file = io.BytesIO()
    solution.save_run(file, model, optimizer, 3)
    file.seek(0)
    model, optimizer = begin_with_two_rates(device)
    solution.resume_run(file, model, optimizer)
    train_all(model, optimizer, 3)
    got = [weight.item() for weight in model]
    want = [sgd_by_hand(0.25, 0.5)[-1], sgd_by_hand(0.125, 0.5, lowered=2)[-1]]
    alike = all(math.isclose(one, other, rel_tol=1e-7) for one, other in zip(got, want))
    equal(
        alike,
        True,
        f"whether two groups with different settings continue as if uninterrupted: {got}, expected {want}",
    )


def test_every_file_holds_its_own_run(solution, device):
    model, optimizer = begin(device, MOMENTUM)
    early, late = io.BytesIO(), io.BytesIO()
    train(model, optimizer, 0, 2)
    solution.save_run(early, model, optimizer, 2)
    train(model, optimizer, 2, 5)
    solution.save_run(late, model, optimizer, 5)
    early.seek(0)
    model, optimizer = begin(device, MOMENTUM)
    equal(solution.resume_run(early, model, optimizer), 2, "the step of the earlier of two files")
    want = sgd_by_hand(0.0625, 0.5)[2:]
    close(train(model, optimizer, 2, STEPS), want, "the weights of steps 2 to 5, from the earlier file on")


def test_a_run_may_be_interrupted_twice(solution, device):
    model, optimizer = begin(device, MOMENTUM)
    way = []
    for step in (0, 2, 4):
        way += train(model, optimizer, step, step + 2)
        file = io.BytesIO()
        solution.save_run(file, model, optimizer, step + 2)
        file.seek(0)
        model, optimizer = begin(device, MOMENTUM, start=9.0)
        solution.resume_run(file, model, optimizer)
    close(way, sgd_by_hand(0.0625, 0.5), "the weights of 6 steps with momentum, interrupted after 2 and 4")


# What already works and must stay


@pytest.mark.parametrize("kind", [PLAIN, MOMENTUM, ADAM], ids=["plain", "momentum", "adam"])
def test_a_run_may_be_saved_before_its_first_step(solution, device, kind):
    way = interrupt(solution, device, kind, saved=0)
    want = adam_by_hand() if kind is ADAM else sgd_by_hand(**kind[1])
    close(way, want, "the weights of 6 steps, saved before the first of them")


def test_plain_sgd_needs_only_its_weights(solution, device):
    close(interrupt(solution, device, PLAIN, saved=3), sgd_by_hand(0.125), "the weights of 6 plain steps")


@pytest.mark.parametrize("kind", [MOMENTUM, ADAM], ids=["momentum", "adam"])
def test_saving_does_not_disturb_the_run(solution, device, kind):
    model, optimizer = begin(device, kind)
    way = train(model, optimizer, 0, 3)
    solution.save_run(io.BytesIO(), model, optimizer, 3)
    way += train(model, optimizer, 3, STEPS)
    want = adam_by_hand() if kind is ADAM else sgd_by_hand(0.0625, 0.5)
    close(way, want, "the weights of 6 steps, saved after 3 and then continued")


def test_buffers_and_the_step_come_back_from_a_path(solution, device, tmp_path):
    model, optimizer = begin(device, PLAIN)
    train(model, optimizer, 0, 4)
    solution.save_run(tmp_path / "run.pt", model, optimizer, 40)
    model, optimizer = begin(device, PLAIN)
    equal(
        solution.resume_run(tmp_path / "run.pt", model, optimizer), 40, "the step of a run saved at step 40"
    )
    close(model.passes.item(), 4.0, "the buffer that counts the passes")


def test_a_negative_step_is_refused_and_writes_nothing(solution, device):
    model, optimizer = begin(device, MOMENTUM)
    file = io.BytesIO()
    with raises(ValueError, "step", "saving a run at step -1"):
        solution.save_run(file, model, optimizer, -1)
    equal(len(file.getvalue()), 0, "the bytes written")


# The documented failure


@pytest.mark.parametrize("saved", [1, 2, 5])
def test_the_velocity_starts_from_nothing(broken, device, saved):
    way = interrupt(broken, device, MOMENTUM, saved)
    close(way, sgd_by_hand(0.0625, 0.5, forget=saved), f"the weights of a run that forgets at step {saved}")


def test_adam_starts_again_with_a_full_step(broken, device):
    way = interrupt(broken, device, ADAM, saved=3)
    close(way, adam_by_hand(forget=3), "the weights of a run with Adam that forgets at step 3")
    close(way[2] - way[3], 0.25, "the length of the first step after resuming", rtol=0.0, atol=1e-6)


def test_the_learning_rate_is_that_of_the_start(broken, device):
    way = interrupt(broken, device, PLAIN, saved=3, lowered=2)
    weights = [5.0 * 0.875**2, 5.0 * 0.875**2 * 0.9375]
    close(way[1:4], [*weights, weights[1] * 0.875], "the weights after steps 2, 3 and 4")
