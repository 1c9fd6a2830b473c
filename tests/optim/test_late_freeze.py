"""Freezing in mid-training: what `fine_tune` promises.

The body stands still once it is frozen, under every optimizer, and the head trains on.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

from math import sqrt

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

LR = 0.0625
KINDS = {
    "momentum": (torch.optim.SGD, {"momentum": 0.5}),
    "momentum and decay": (torch.optim.SGD, {"momentum": 0.5, "weight_decay": 0.5}),
    "Adam and decay": (torch.optim.Adam, {"weight_decay": 0.5}),
}


class Model(torch.nn.Module):
    """head · body · x, two numbers; `seen` holds the body's number whenever the body is called."""

    def __init__(self, device, body=2.0, head=-1.0):
        super().__init__()
        kind = {"bias": False, "dtype": torch.float64, "device": device}
        self.body, self.head = torch.nn.Linear(1, 1, **kind), torch.nn.Linear(1, 1, **kind)
        torch.nn.init.constant_(self.body.weight, body)
        torch.nn.init.constant_(self.head.weight, head)
        self.seen = []
        self.body.register_forward_pre_hook(lambda *_: self.seen.append(self.body.weight.item()))

    def forward(self, inputs):
        return self.head(self.body(inputs))

    def weights(self):
        return [self.body.weight.item(), self.head.weight.item()]


def train(module, device, kind, options, steps, freeze_after, lr=LR):
    """The model after training on the sample (1, 3), and the errors; nothing is left in `.grad` before it."""
    model = Model(device)
    optimizer = kind(model.parameters(), lr=lr, **options)
    inputs = torch.ones(1, 1, dtype=torch.float64, device=device)
    errors = module.fine_tune(model, optimizer, inputs, 3 * inputs, steps=steps, freeze_after=freeze_after)
    return model, errors


def by_hand(steps, freeze_after, momentum=0.0, decay=0.0, lr=LR, drifts=False):
    """Body, head and errors under SGD: the error is (body · head - 3)².

    drifts: when frozen, the body's gradient is 0, and the optimizer still makes its step
    """
    at, speed, errors = [2.0, -1.0], [0.0, 0.0], []
    for step in range(steps):
        frozen = step >= freeze_after
        miss = at[0] * at[1] - 3
        errors.append(miss**2)
        gradient = [0.0 if frozen else 2 * miss * at[1], 2 * miss * at[0]]
        for i in (0, 1):
            if i == 0 and frozen and not drifts:
                continue
            speed[i] = momentum * speed[i] + gradient[i] + decay * at[i]
            at[i] -= lr * speed[i]
    return at, errors


# What fine_tune promises


@pytest.mark.parametrize("name", KINDS)
def test_the_frozen_body_does_not_change_by_a_single_bit(solution, device, name):
    model, _ = train(solution, device, *KINDS[name], steps=5, freeze_after=2)
    values = [*model.seen, model.weights()[0]]
    equal(values[2:], [values[2]] * 4, f"the body from the freeze on, with {name}")


@pytest.mark.parametrize(("momentum", "decay"), [(0.5, 0.0), (0.75, 0.25)])
def test_body_and_head_follow_the_formula(solution, device, momentum, decay):
    options = {"momentum": momentum, "weight_decay": decay}
    for freeze_after, lr in ((2, LR), (1, 0.03)):
        model, errors = train(solution, device, torch.optim.SGD, options, 5, freeze_after, lr)
        wanted, wanted_errors = by_hand(5, freeze_after, momentum, decay, lr)
        situation = f"frozen after {freeze_after} of 5 steps, with momentum {momentum} and decay {decay}"
        close(model.weights(), wanted, f"body and head {situation}")
        close(errors, wanted_errors, f"the errors {situation}")


def test_with_adam_the_body_stays_where_its_one_step_took_it(solution, device):
    model, _ = train(solution, device, torch.optim.Adam, {}, steps=4, freeze_after=1)
    # Adam's first step is the learning rate, against the sign of the gradient 2 · (-2 - 3) · -1 = 10.
    close(model.weights()[0], 2.0 - LR, "the body frozen after 1 step of Adam")


def test_every_parameter_of_the_body_stands_still(solution, device):
    kind = {"dtype": torch.float64, "device": device}
    model, seen = torch.nn.Sequential(), []
    model.body = torch.nn.Sequential(torch.nn.Linear(1, 2, **kind), torch.nn.Linear(2, 1, **kind))
    model.head = torch.nn.Linear(1, 1, **kind)
    for parameter in model.parameters():
        torch.nn.init.constant_(parameter, 0.5)

    def look(*_):
        seen.append([parameter.flatten().tolist() for parameter in model.body.parameters()])

    model.body.register_forward_pre_hook(look)
    optimizer = torch.optim.SGD(model.parameters(), lr=LR, momentum=0.5, weight_decay=0.5)
    inputs = torch.ones(1, 1, dtype=torch.float64, device=device)
    solution.fine_tune(model, optimizer, inputs, 3 * inputs, steps=4, freeze_after=2)
    look()
    equal(seen[2:], [seen[2]] * 3, "weights and biases of a body of two layers, from the freeze on")


def test_gradients_from_before_the_call_are_not_used(solution, device):
    for freeze_after in (0, 2):
        model = Model(device)
        for parameter in model.parameters():
            parameter.grad = torch.full_like(parameter, 1000.0)
        optimizer = torch.optim.SGD(model.parameters(), lr=LR, momentum=0.5, weight_decay=0.5)
        inputs = torch.ones(1, 1, dtype=torch.float64, device=device)
        solution.fine_tune(model, optimizer, inputs, 3 * inputs, steps=4, freeze_after=freeze_after)
        wanted, _ = by_hand(4, freeze_after, 0.5, 0.5)
        close(model.weights(), wanted, f"body and head that came with gradients, frozen after {freeze_after}")


# What already works and must stay


def test_a_body_frozen_from_the_start_stays(solution, device):
    model, _ = train(solution, device, torch.optim.SGD, {"momentum": 0.5, "weight_decay": 0.5}, 4, 0)
    close(model.weights(), by_hand(4, 0, 0.5, 0.5)[0], "body and head, frozen from the start")


def test_plain_sgd_leaves_the_frozen_body_alone(solution, device):
    model, errors = train(solution, device, torch.optim.SGD, {}, 4, 2)
    wanted, wanted_errors = by_hand(4, 2)
    close(model.weights(), wanted, "body and head frozen after 2 of 4 steps of plain SGD")
    close(errors, wanted_errors, "the errors of 4 steps of plain SGD")


def test_a_body_that_is_never_frozen_trains_to_the_end(solution, device):
    for steps in (0, 4):
        model, errors = train(solution, device, torch.optim.SGD, {"momentum": 0.5}, steps, steps)
        wanted, wanted_errors = by_hand(steps, steps, momentum=0.5)
        close(model.weights(), wanted, f"body and head after {steps} steps without a freeze")
        close(errors, wanted_errors, f"the errors of {steps} steps without a freeze")


def test_batch_norm_in_the_frozen_body_counts_no_more_batches(solution, device):
    kind = {"dtype": torch.float64, "device": device}
    model = torch.nn.Sequential()
    model.body = torch.nn.Sequential(torch.nn.Linear(1, 2, **kind), torch.nn.BatchNorm1d(2, **kind))
    model.head = torch.nn.Linear(2, 1, **kind)
    optimizer = torch.optim.SGD(model.parameters(), lr=LR)
    inputs = torch.tensor([[1.0], [-2.0]], **kind)
    solution.fine_tune(model, optimizer, inputs, 3 * inputs, steps=5, freeze_after=2)
    equal(model.body[1].num_batches_tracked.item(), 2, "the batches seen by a body that was frozen after 2")


def test_no_samples_are_refused_and_change_nothing(solution, device):
    model = Model(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=LR, weight_decay=0.5)
    inputs = torch.ones(0, 1, dtype=torch.float64, device=device)
    with raises(ValueError, "no samples", "training with no samples"):
        solution.fine_tune(model, optimizer, inputs, inputs, steps=2, freeze_after=0)
    equal(model.weights(), [2.0, -1.0], "body and head after a call without samples")
    equal(model.body.weight.requires_grad, True, "whether the body requires a gradient after such a call")


# The documented failure


@pytest.mark.parametrize(("momentum", "decay"), [(0.5, 0.0), (0.0, 0.5)])
def test_momentum_and_decay_keep_moving_the_body(broken, device, momentum, decay):
    options = {"momentum": momentum, "weight_decay": decay}
    model, _ = train(broken, device, torch.optim.SGD, options, 5, 2)
    wanted, _ = by_hand(5, 2, momentum, decay, drifts=True)
    close(model.weights(), wanted, f"body and head with momentum {momentum} and decay {decay}")


def test_adam_takes_another_two_thirds_of_a_step_with_a_zero_gradient(broken, device):
    model, _ = train(broken, device, torch.optim.Adam, {}, 2, 1)
    # The averages after a gradient g and a zero, corrected for their start:
    # 0.9 g / (1 + 0.9) and 0.999 g² / (1 + 0.999); the step is the first by the root of the second.
    second = (0.9 / 1.9) / sqrt(0.999 / 1.999)
    close(model.weights()[0], 2.0 - LR - LR * second, "the body 1 step of Adam after the freeze")
