"""A new head on a trained body: what `fine_tune` promises.

Body and head both train, each at its rate, whether the head is new or not.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

INPUTS = [1.0, -0.5]
TARGETS = [[3.0, -1.0], [0.5, 1.0]]


class Model(torch.nn.Module):
    """head · (body · x), both without bias."""

    def __init__(self, device, body, head):
        super().__init__()
        kind = {"bias": False, "dtype": torch.float64, "device": device}
        self.body = torch.nn.Linear(1, len(body), **kind)
        self.head = torch.nn.Linear(len(body), len(head), **kind)
        for layer, values in ((self.body, [[b] for b in body]), (self.head, head)):
            with torch.no_grad():
                layer.weight.copy_(torch.tensor(values, dtype=torch.float64))

    def forward(self, inputs):
        return self.head(self.body(inputs))

    def weights(self):
        return [self.body.weight.flatten().tolist(), self.head.weight.tolist()]


def samples(device, inputs=INPUTS, targets=TARGETS):
    columns = torch.tensor(inputs, dtype=torch.float64, device=device).reshape(-1, 1)
    return columns, torch.tensor(targets, dtype=torch.float64, device=device)


def by_hand(body, head, steps, lr, body_lr, momentum=0.0, inputs=INPUTS, targets=TARGETS):
    """Errors, body and head after so many steps: the error is mean((x Σ_f head[k][f] body[f] - y[k])²)."""
    body, head = list(body), [list(row) for row in head]
    features, outputs = range(len(body)), range(len(head))
    fast_body, fast_head = [0.0 for _ in features], [[0.0 for _ in features] for _ in outputs]
    errors = []
    for _ in range(steps):
        slope = [sum(head[k][f] * body[f] for f in features) for k in outputs]
        miss = [[x * slope[k] - y[k] for k in outputs] for x, y in zip(inputs, targets, strict=True)]
        count = len(inputs) * len(head)
        errors.append(sum(m**2 for row in miss for m in row) / count)
        pull = [2 / count * sum(x * row[k] for x, row in zip(inputs, miss, strict=True)) for k in outputs]
        of_body = [sum(pull[k] * head[k][f] for k in outputs) for f in features]
        of_head = [[pull[k] * body[f] for f in features] for k in outputs]
        for f in features:
            fast_body[f] = momentum * fast_body[f] + of_body[f]
            body[f] -= body_lr * fast_body[f]
            for k in outputs:
                fast_head[k][f] = momentum * fast_head[k][f] + of_head[k][f]
                head[k][f] -= lr * fast_head[k][f]
    return errors, body, head


def require(module, device, body, head, fresh, situation, **rates):
    """Train `body` and `head` and compare with the steps by hand, which start from `body` and `fresh`."""
    model = Model(device, body, head)
    wanted_errors, wanted_body, wanted_head = by_hand(body, fresh, **rates)
    errors = module.fine_tune(model, *samples(device), **rates)
    close(model.head.weight, wanted_head, f"the head {situation}")
    close(model.body.weight.flatten(), wanted_body, f"the body {situation}")
    close(errors, wanted_errors, f"the errors {situation}")


# What fine_tune promises


def test_a_new_head_learns_from_the_first_step(solution, device):
    # One feature, which is 2 x: the new head begins with [1, 1], so that both outputs are 2 x.
    # At x = 1 they miss 3 and -1 by -1 and 3; at x = -1/2 they miss 1/2 and 1 by -3/2 and -2.
    # Half of the sum of miss · x: (-1 + 3/4) / 2 = -1/8 and (3 + 1) / 2 = 2; the slope is twice that times
    # 1/2 · 2, for the body 1/2 · 2 · (-1/8 + 2) = 15/8.
    model = Model(device, [2.0], [[5.0]])
    errors = solution.fine_tune(model, *samples(device), steps=1, lr=0.5, body_lr=0.25)
    close(model.head.weight, [[1.0 + 0.125], [1.0 - 2.0]], "the new head after 1 step")
    close(model.body.weight, [[2.0 - 15 / 32]], "the body after 1 step")
    close(errors, [(1 + 9 + 9 / 4 + 4) / 4], "the errors of 1 step")


@pytest.mark.parametrize("momentum", [0.0, 0.5])
def test_body_and_new_head_train_each_at_its_rate(solution, device, momentum):
    rates = {"steps": 4, "lr": 0.25, "body_lr": 0.0625, "momentum": momentum}
    situation = f"after 4 steps with momentum {momentum}"
    require(solution, device, [2.0, -1.0], [[1.0, 3.0]], [[0.5, 0.5], [0.5, 0.5]], situation, **rates)


def test_a_smaller_head_replaces_a_larger_one(solution, device):
    head = [[1.0], [2.0], [3.0]]
    require(solution, device, [1.0], head, [[1.0], [1.0]], "after 3 steps", steps=3, lr=0.125, body_lr=0.25)


def test_gradients_from_before_the_call_are_not_used(solution, device):
    model = Model(device, [2.0], [[5.0]])
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, 1000.0)
    _, body, head = by_hand([2.0], [[1.0], [1.0]], steps=2, lr=0.5, body_lr=0.25)
    solution.fine_tune(model, *samples(device), steps=2, lr=0.5, body_lr=0.25)
    close(model.head.weight, head, "the new head after 2 steps that found old gradients")
    close(model.body.weight.flatten(), body, "the body after 2 steps that found old gradients")


def test_a_new_head_has_the_dtype_of_the_model(solution, device):
    model = Model(device, [2.0], [[5.0]]).float()
    columns = [column.float() for column in samples(device)]
    _, _, head = by_hand([2.0], [[1.0], [1.0]], steps=3, lr=0.3, body_lr=0.1)
    solution.fine_tune(model, *columns, steps=3, lr=0.3, body_lr=0.1)
    wanted = torch.tensor(head, dtype=torch.float32, device=device)
    close(model.head.weight, wanted, "the new head of a float32 model after 3 steps")


# What already works and must stay


@pytest.mark.parametrize("momentum", [0.0, 0.5])
def test_a_head_that_fits_keeps_training(solution, device, momentum):
    rates = {"steps": 4, "lr": 0.25, "body_lr": 0.0625, "momentum": momentum}
    head = [[1.0, -0.5], [0.25, 2.0]]
    situation = f"that fits, after 4 steps with momentum {momentum}"
    require(solution, device, [2.0, -1.0], head, head, situation, **rates)


def test_without_steps_the_new_head_is_the_mean_of_the_features(solution, device):
    model = Model(device, [2.0, -1.0, 0.5, 1.0], [[1.0, 2.0, 3.0, 4.0]])
    errors = solution.fine_tune(model, *samples(device), steps=0, lr=0.5, body_lr=0.5)
    equal(errors, [], "the errors of no steps")
    close(model.head.weight, [[0.25] * 4] * 2, "the new head after no steps")


def test_no_samples_are_refused_and_change_nothing(solution, device):
    model = Model(device, [2.0], [[5.0]])
    inputs, targets = samples(device)
    with raises(ValueError, "no samples", "learning from no samples"):
        solution.fine_tune(model, inputs[:0], targets[:0], steps=1, lr=0.5, body_lr=0.25)
    equal(model.weights(), [[2.0], [[5.0]]], "body and head after a call without samples")


# The documented failure


def test_the_new_head_never_moves_and_the_error_stops_above_zero(broken, device):
    # One sample, x = 1 and y = (3, -1): with the head [1, 1] the error is (u - 1)² + 4, and only the body u
    # moves, half the distance to 1 in every step.
    model = Model(device, [3.0], [[5.0]])
    columns = samples(device, [1.0], [[3.0, -1.0]])
    errors = broken.fine_tune(model, *columns, steps=4, lr=0.25, body_lr=0.25)
    close(model.head.weight, [[1.0], [1.0]], "the new head after 4 steps")
    close(model.body.weight, [[1.0 + 2 / 16]], "the body after 4 steps")
    close(errors, [8.0, 5.0, 4.25, 4.0625], "the errors of 4 steps")


def test_the_gradients_of_the_new_head_pile_up(broken, device):
    model = Model(device, [3.0], [[5.0]])
    columns = samples(device, [1.0], [[3.0, -1.0]])
    broken.fine_tune(model, *columns, steps=3, lr=0.25, body_lr=0.25)
    # u is 3, 2, 3/2 at the three steps, and each adds ((u - 3) u, (u + 1) u)
    close(model.head.weight.grad, [[0 - 2 - 2.25], [12 + 6 + 3.75]], "the gradient of the new head")
