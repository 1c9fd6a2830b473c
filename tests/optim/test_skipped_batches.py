"""Training that skips spoiled batches: what `train` promises.

Most models are one weight w that sees the input 1: the error is (w - target)², its slope 2 (w - target).
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import math

import pytest
import torch

from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

LR, NAN, INF = 0.25, float("nan"), float("inf")
GOOD = [4.0, -2.0, 1.0, 3.0]
# Where the spoiled batches are among the good ones, and their targets.
MIXES = {
    "in the middle": [4.0, NAN, -2.0, 1.0, 3.0],
    "at the start": [INF, 4.0, -2.0, 1.0, 3.0],
    "twice in a row": [4.0, -2.0, NAN, -INF, 1.0, 3.0],
    "before each good one": [NAN, 4.0, INF, -2.0, NAN, 1.0, NAN, 3.0],
}


class Root(torch.nn.Module):
    """sqrt(w x), whose slope along w is nan where x is 0, though its value is 0."""

    def __init__(self, device):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(1, 1, dtype=torch.float64, device=device))

    def forward(self, inputs):
        return (self.weight * inputs).sqrt()


def linear(device):
    model = torch.nn.Linear(1, 1, bias=False, dtype=torch.float64, device=device)
    torch.nn.init.zeros_(model.weight)
    return model


def batch(target, device, inputs=1.0):
    return tuple(torch.full((1, 1), value, dtype=torch.float64, device=device) for value in (inputs, target))


def run(module, device, targets, kind=torch.optim.SGD, max_norm=100.0, **options):
    """The errors and the weight after it."""
    model = linear(device)
    optimizer = kind(model.parameters(), lr=LR, **options)
    errors = module.train(model, optimizer, [batch(target, device) for target in targets], max_norm)
    return errors, model.weight.item()


def by_hand(targets, momentum=0.0, decay=0.0, max_norm=100.0):
    """The errors and the weight after steps on these targets alone."""
    weight, speed, errors = 0.0, 0.0, []
    for target in targets:
        errors.append((weight - target) ** 2)
        slope = 2 * (weight - target)
        slope *= min(1.0, max_norm / abs(slope)) if slope else 1.0
        speed = momentum * speed + slope + decay * weight
        weight -= LR * speed
    return errors, weight


def check_errors(errors, wanted, spoiled, situation):
    equal(
        [error is None for error in errors], spoiled, f"which batches are reported as spoiled ({situation})"
    )
    got = [error for error in errors if error is not None]
    close(got, wanted, f"the errors of the good batches ({situation})", rtol=1e-5, atol=1e-5)


# What train promises


@pytest.mark.parametrize("where", MIXES)
def test_spoiled_batches_leave_no_trace(solution, device, where):
    targets = MIXES[where]
    errors, weight = run(solution, device, targets, momentum=0.5, weight_decay=0.25)
    wanted, last = by_hand(GOOD, momentum=0.5, decay=0.25)
    check_errors(errors, wanted, [not math.isfinite(target) for target in targets], f"spoiled ones {where}")
    close(weight, last, f"the weight after the good batches (spoiled ones {where})", rtol=1e-5, atol=1e-5)


def test_the_averages_of_adam_see_good_batches_alone(solution, device):
    alone = run(solution, device, GOOD, kind=torch.optim.Adam)[1]
    for where, targets in MIXES.items():
        _, weight = run(solution, device, targets, kind=torch.optim.Adam)
        close(
            weight,
            alone,
            f"the weight with Adam, beside a run without spoiled batches (spoiled ones {where})",
        )


def test_a_gradient_that_is_not_finite_spoils_a_batch_too(solution, device):
    model = Root(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=LR)
    batches = [batch(2.0, device), batch(3.0, device, inputs=0.0), batch(1.0, device)]
    errors = solution.train(model, optimizer, batches, 100.0)
    weight = 1.0 - LR * 2 * (1.0 - 2.0) * 0.5
    last = weight - LR * 2 * (math.sqrt(weight) - 1.0) * 0.5 / math.sqrt(weight)
    check_errors(
        errors, [1.0, (math.sqrt(weight) - 1.0) ** 2], [False, True, False], "a slope of nan, a finite error"
    )
    close(model.weight.item(), last, "the weight after the two good batches", rtol=1e-5, atol=1e-5)


def test_inputs_that_are_not_finite_spoil_a_batch(solution, device):
    model = linear(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=LR)
    batches = [batch(4.0, device), batch(1.0, device, inputs=NAN), batch(-2.0, device)]
    errors = solution.train(model, optimizer, batches, 100.0)
    check_errors(errors, by_hand(GOOD[:2])[0], [False, True, False], "an input of nan")
    close(
        model.weight.item(),
        by_hand(GOOD[:2])[1],
        "the weight after the two good batches",
        rtol=1e-5,
        atol=1e-5,
    )


# What already works and must stay


def test_good_batches_make_their_steps(solution, device):
    errors, weight = run(solution, device, GOOD, momentum=0.5, weight_decay=0.25)
    wanted, last = by_hand(GOOD, momentum=0.5, decay=0.25)
    check_errors(errors, wanted, [False] * 4, "no batch is spoiled")
    close(weight, last, "the weight after four good batches", rtol=1e-5, atol=1e-5)


def test_large_gradients_are_scaled_down(solution, device):
    errors, weight = run(solution, device, GOOD, max_norm=2.0)
    wanted, last = by_hand(GOOD, max_norm=2.0)
    check_errors(errors, wanted, [False] * 4, "gradients cut to a norm of 2")
    close(weight, last, "the weight after four steps with a norm of at most 2", rtol=1e-5, atol=1e-5)


def test_a_spoiled_batch_alone_changes_nothing(solution, device):
    for target in (NAN, INF):
        errors, weight = run(solution, device, [target], momentum=0.5)
        equal(errors, [None], f"the errors of a single batch with the target {target}")
        close(weight, 0.0, f"the weight after a single batch with the target {target}")


def test_gradients_from_before_the_call_are_not_used(solution, device):
    model = linear(device)
    model.weight.grad = torch.full_like(model.weight, NAN)
    optimizer = torch.optim.SGD(model.parameters(), lr=LR)
    errors = solution.train(model, optimizer, [batch(4.0, device)], 100.0)
    close(errors, [16.0], "the error of a good batch, after a stale gradient of nan")
    close(model.weight.item(), 2.0, "the weight after it", rtol=1e-5, atol=1e-5)


# The documented failure


def test_every_batch_after_a_spoiled_one_is_skipped_as_well(broken, device):
    errors, weight = run(broken, device, [4.0, -2.0, NAN, 1.0, 3.0])
    wanted, last = by_hand([4.0, -2.0])
    check_errors(errors, wanted, [False, False, True, True, True], "a nan in the third of five")
    close(weight, last, "the weight, from the first two batches alone", rtol=1e-5, atol=1e-5)


def test_an_infinite_target_is_enough(broken, device):
    errors, weight = run(broken, device, [INF, 4.0, -2.0], kind=torch.optim.Adam)
    equal(errors, [None] * 3, "the errors")
    close(weight, 0.0, "the weight, which has never moved")


def test_an_input_of_nan_is_enough(broken, device):
    model = linear(device)
    batches = [batch(4.0, device, inputs=NAN), batch(4.0, device)]
    errors = broken.train(model, torch.optim.SGD(model.parameters(), lr=LR), batches, 100.0)
    equal(errors, [None] * 2, "the errors of a batch with an input of nan, and of a good one")
