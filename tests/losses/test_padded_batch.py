"""One step on padded sequences: what `training_step` promises.

With one weight, the loss over the real steps is mean((weight * x - y)**2), and its slope is
mean(2 * (weight * x - y) * x), wherever in the batch those steps stand.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

STEPS = [(1.0, 3.0), (2.0, 1.0), (-1.0, 0.0), (0.5, -2.0), (3.0, 1.5), (0.0, 1.0)]  # (x, y)
START = 0.5


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def weights(values, device):
    """A model that multiplies its input by each of the values."""
    model = torch.nn.Linear(1, len(values), bias=False, dtype=torch.float64, device=device)
    with torch.no_grad():
        model.weight.copy_(tensor(values, device)[:, None])
    return model


def batch(lengths, device, padding=0, filler=0.0, outputs=1):
    """The first steps, spread over sequences of these lengths; `padding` more columns than necessary."""
    columns, steps = max(lengths) + padding, iter(STEPS)
    inputs, targets = torch.full((2, len(lengths), columns), filler, dtype=torch.float64, device=device)
    mask = torch.zeros(len(lengths), columns, dtype=torch.bool, device=device)
    for row, length in enumerate(lengths):
        for column in range(length):
            x, y = next(steps)
            inputs[row, column], targets[row, column], mask[row, column] = x, y, True
    return inputs[:, :, None], torch.stack([targets] * outputs, dim=2), mask


def walk(weight, count, lr, updates):
    """The losses over the first `count` steps before each update, and the weight after the last one."""
    losses = []
    for _ in range(updates):
        errors = [(weight * x - y, x) for x, y in STEPS[:count]]
        losses.append(sum(e**2 for e, _ in errors) / count)
        weight -= lr * sum(2 * e * x for e, x in errors) / count
    return losses, weight


# What training_step promises


@pytest.mark.parametrize("lengths", [(6,), (1, 5), (2, 1, 3), (3, 3), (1, 1, 4)], ids=str)
def test_how_the_steps_are_spread_over_sequences_does_not_matter(solution, device, lengths):
    model = weights([START], device)
    loss = solution.training_step(model, *batch(lengths, device), lr=0.125)
    (expected,), weight = walk(START, 6, 0.125, 1)
    close(loss, expected, f"loss of six steps in sequences of the lengths {lengths}")
    close(model.weight.item(), weight, f"weight after 1 update on the lengths {lengths}")


@pytest.mark.parametrize(("padding", "filler"), [(1, 0.0), (5, 0.0), (0, 7.0), (2, 7.0)])
def test_the_amount_and_the_content_of_the_padding_do_not_matter(solution, device, padding, filler):
    model = weights([START], device)
    loss = solution.training_step(model, *batch((3, 1), device, padding, filler), lr=0.25)
    (expected,), weight = walk(START, 4, 0.25, 1)
    close(loss, expected, f"loss with {padding} more columns of padding, filled with {filler}")
    close(model.weight.item(), weight, f"weight after 1 update with {padding} more columns of padding")


@pytest.mark.parametrize("order", [[3, 2, 1, 0], [0, 3, 1, 2]], ids=["front", "between"])
def test_the_padding_can_be_anywhere(solution, device, order):
    inputs, targets, mask = (values[:, order] for values in batch((3, 1), device, padding=1, filler=7.0))
    model = weights([START], device)
    loss = solution.training_step(model, inputs, targets, mask, lr=0.25)
    (expected,), weight = walk(START, 4, 0.25, 1)
    close(loss, expected, "loss with padding in front of real steps and between them")
    close(model.weight.item(), weight, "weight after 1 update with padding between real steps")


def test_every_output_of_a_real_step_counts_once(solution, device):
    model = weights([START, -1.0], device)
    loss = solution.training_step(model, *batch((3, 1), device, outputs=2), lr=0.25)
    # Each output has half of the mean, and so half of the slope.
    first, second = walk(START, 4, 0.125, 1), walk(-1.0, 4, 0.125, 1)
    close(loss, (first[0][0] + second[0][0]) / 2, "loss of a model with two outputs")
    close(model.weight.detach()[:, 0], [first[1], second[1]], "weights of two outputs after 1 update")


def test_a_real_step_without_error_counts_too(solution, device):
    # At weight 3 the first step is predicted exactly; the second has the error 5, with x = 2.
    model = weights([3.0], device)
    loss = solution.training_step(model, *batch((1, 1), device, padding=1), lr=0.125)
    close(loss, 12.5, "loss of one exact and one inexact prediction")
    close(model.weight.item(), 3 - 0.125 * 10, "weight after 1 update with one exact prediction")


# What already works and must stay


@pytest.mark.parametrize(("lengths", "lr"), [((3, 3), 0.125), ((1, 1, 1), 0.25), ((4,), 0.25)])
def test_without_padding_it_is_the_plain_mean(solution, device, lengths, lr):
    model, losses = weights([START], device), []
    for _ in range(4):
        losses.append(solution.training_step(model, *batch(lengths, device), lr=lr))
        model.zero_grad()
    expected, weight = walk(START, sum(lengths), lr, 4)
    close(losses, expected, f"losses of 4 updates on the lengths {lengths}")
    close(model.weight.item(), weight, f"weight after 4 updates on the lengths {lengths}")


def test_a_batch_without_a_real_step_is_an_error(solution, device):
    model, (inputs, targets, mask) = weights([START], device), batch((2, 1), device)
    with raises(ValueError, "", "a batch of padding only"):
        solution.training_step(model, inputs, targets, mask & False, lr=0.125)
    equal(model.weight.item(), START, "weight after the error")


def test_a_mask_of_another_shape_is_an_error(solution, device):
    model, (inputs, targets, mask) = weights([START], device), batch((2, 1), device)
    for other in (mask[:1], mask[:, :1], mask[:, :, None]):
        with raises(ValueError, "", f"a mask of shape {tuple(other.shape)} for (2, 2) steps"):
            solution.training_step(model, inputs, targets, other, lr=0.125)
    equal(model.weight.item(), START, "weight after the error")


# The documented failure


@pytest.mark.parametrize(("lengths", "padding"), [((3, 1), 1), ((3, 1), 5), ((6,), 2), ((1, 5), 0)])
def test_loss_and_step_shrink_with_the_fraction_that_is_real(broken, device, lengths, padding):
    model = weights([START], device)
    loss = broken.training_step(model, *batch(lengths, device, padding, filler=7.0), lr=0.25)
    real = sum(lengths) / (len(lengths) * (max(lengths) + padding))
    (expected,), weight = walk(START, sum(lengths), 0.25 * real, 1)
    close(loss, expected * real, f"loss where {real:.3g} of the batch is real")
    close(model.weight.item(), weight, f"weight after 1 update where {real:.3g} of the batch is real")
