"""`train_epoch` takes one step per batch and reports the average error over samples, as a number that
holds on to nothing it was computed from."""

import weakref

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

LR = 0.125
# (inputs, targets) by batch, of unequal sizes
EPOCH = [
    ([1.0, 2.0], [1.0, 1.0]),
    ([1.0], [0.0]),
    ([2.0, 1.0, -1.0], [1.0, 0.0, 2.0]),
    ([0.5], [4.0]),
    ([1.0, 1.0], [0.0, 3.0]),
]


class Token:
    """Lives as long as the graph of one forward pass."""


class Pass(torch.autograd.Function):
    """Changes nothing, and marks its forward pass in the graph."""

    @staticmethod
    def forward(ctx, values, token):
        ctx.token = token
        return values.clone()

    @staticmethod
    def backward(ctx, slope):
        return slope, None


class Gain(torch.nn.Module):
    """One factor, starting at 1; knows which of its forward passes and predictions are still alive."""

    def __init__(self, device):
        super().__init__()
        self.factor = torch.nn.Parameter(torch.ones((), dtype=torch.float64, device=device))
        self.tokens, self.predictions = [], []

    def forward(self, inputs):
        token = Token()
        predictions = Pass.apply(self.factor * inputs, token)
        self.tokens.append(weakref.ref(token))
        self.predictions.append(weakref.ref(predictions))
        return predictions


def alive(references):
    return sum(reference() is not None for reference in references)


def column(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device).reshape(-1, 1)


def train(module, device, epoch, watch=None):
    """Run one epoch on a fresh model.

    Whenever a batch is read, `watch` collects how many forward passes have been made and are alive.
    """
    model = Gain(device)

    def batches():
        for inputs, targets in epoch:
            if watch is not None:
                watch.append([len(model.tokens), alive(model.tokens)])
            yield column(inputs, device), column(targets, device)

    result = module.train_epoch(model, torch.optim.SGD(model.parameters(), lr=LR), batches())
    return model, result


def number(result):
    if isinstance(result, torch.Tensor):
        equal(tuple(result.shape), (), "shape of the returned average")
        result = result.item()
    return float(result) if isinstance(result, float) else result  # NumPy's float64 is a float as well


def by_hand(epoch):
    """The factor and the average after one epoch, with the derivative of the error written out."""
    factor, total, samples = 1.0, 0.0, 0
    for inputs, targets in epoch:
        gaps = [factor * x - y for x, y in zip(inputs, targets)]
        total += sum(gap**2 for gap in gaps)
        samples += len(gaps)
        factor -= LR * sum(2 * gap * x for gap, x in zip(gaps, inputs)) / len(gaps)
    return factor, total / samples


# What train_epoch promises


@pytest.mark.parametrize("count", [1, 5])
def test_the_average_keeps_no_forward_pass_alive(solution, device, count):
    model, result = train(solution, device, EPOCH[:count])
    equal(alive(model.tokens), 0, f"forward passes that the average of {count} batches keeps alive")
    close(number(result), by_hand(EPOCH[:count])[1], f"average error of {count} batches")


def test_no_older_graph_is_alive_when_a_batch_is_read(solution, device):
    watch = []
    train(solution, device, EPOCH, watch)
    equal([made for made, _ in watch], [0, 1, 2, 3, 4], "forward passes made when each batch was read")
    older = max(0, max(living for _, living in watch) - 1)
    equal(older, 0, "forward passes older than the last one, alive when a batch was read")


# What already works and must stay


@pytest.mark.parametrize("count", [1, 2, 5])
def test_the_average_is_over_samples_and_every_step_is_taken(solution, device, count):
    model, result = train(solution, device, EPOCH[:count])
    factor, average = by_hand(EPOCH[:count])
    close(model.factor.item(), factor, f"the model's factor after {count} batches")
    close(number(result), average, f"average error of {count} batches, over samples")


def test_two_batches_match_the_calculation_by_hand(solution, device):
    # Factor 1: errors 1 and 1, mean slope 2, so the factor becomes 3/4. Then one error of 9/16.
    _, result = train(solution, device, [([1.0, 1.0], [0.0, 0.0]), ([1.0], [0.0])])
    close(number(result), (1 + 1 + 9 / 16) / 3, "average error of a batch of two and a batch of one")


def test_an_epoch_without_a_batch_is_refused(solution, device):
    with raises(ValueError, "batch", "an epoch without a batch"):
        train(solution, device, [])


@pytest.mark.parametrize(("inputs", "targets"), [((0, 1), (0, 1)), ((3, 1), (3,)), ((3, 1), (1, 1))])
def test_a_bad_batch_is_refused_before_its_step(solution, device, inputs, targets):
    model = Gain(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=LR)
    bad = [tuple(torch.zeros(shape, dtype=torch.float64, device=device) for shape in (inputs, targets))]
    with raises(ValueError, "targets", f"inputs of shape {inputs} with targets of shape {targets}"):
        solution.train_epoch(model, optimizer, bad)
    equal(model.factor.item(), 1.0, "the model's factor after the refusal")


# The documented failure


@pytest.mark.parametrize("count", [1, 3, 5])
def test_the_average_keeps_every_pass_but_none_of_the_predictions(broken, device, count):
    model, result = train(broken, device, EPOCH[:count])
    kept = [alive(model.tokens), alive(model.predictions)]
    equal(kept, [count, 0], f"passes and predictions that the average of {count} batches keeps alive")
    close(number(result), by_hand(EPOCH[:count])[1], f"average error of {count} batches")


def test_one_more_graph_is_alive_at_every_batch(broken, device):
    watch = []
    train(broken, device, EPOCH, watch)
    alive_then = [living for _, living in watch]
    equal(alive_then, [0, 1, 2, 3, 4], "forward passes alive when each batch was read")
