"""Training with checks: what `train` promises.

Whoever looks changes nothing: the weights don't depend on how often the run is checked.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch

from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

TARGETS = [1.0, -2.0, 3.0, -4.0, 6.0]


class Model(torch.nn.Module):
    """A linear model, with dropout before it; takes down what it was asked, in which mode, and the masks."""

    def __init__(self, device, drop):
        super().__init__()
        self.drop = torch.nn.Dropout(drop)
        self.linear = torch.nn.Linear(5, 1, dtype=torch.float64, device=device)
        self.linear.load_state_dict({name: x * 0 for name, x in self.linear.state_dict().items()})
        self.trained, self.checked, self.masks = [], [], []

    def forward(self, inputs):
        dropped = self.drop(inputs)
        (self.trained if self.training else self.checked).append(inputs.argmax(dim=1).tolist())
        if self.training:
            self.masks.append((dropped != 0).any(dim=1).tolist())
        return self.linear(dropped)


def pairs(device, count=5):
    targets = torch.tensor(TARGETS[:count], dtype=torch.float64, device=device)[:, None]
    return torch.utils.data.TensorDataset(torch.eye(5, dtype=torch.float64, device=device)[:count], targets)


def run(module, device, check_every, drop=0.5, epochs=4, seed=3, held=4):
    model = Model(device, drop)
    errors = module.train(model, pairs(device), pairs(device, held), epochs, seed, check_every)
    return model, errors


def weights(model):
    return torch.cat([model.linear.weight.detach()[0], model.linear.bias.detach()])


def epochs_of(model):
    """The order of each epoch; three batches have five samples."""
    return [[i for batch in model.trained[k : k + 3] for i in batch] for k in range(0, len(model.trained), 3)]


# What train promises


@pytest.mark.parametrize("drop", [0.0, 0.5])
def test_the_weights_do_not_depend_on_the_checks(solution, device, drop):
    alone, _ = run(solution, device, 0, drop)
    for check_every in (1, 4):
        checked, _ = run(solution, device, check_every, drop)
        equal(epochs_of(checked), epochs_of(alone), f"the orders, with a check every {check_every} epochs")
        close(weights(checked), weights(alone), f"the weights, with a check every {check_every} epochs")


def test_what_the_layers_draw_does_not_depend_on_the_checks(solution, device):
    alone, _ = run(solution, device, 0)
    for check_every in (1, 3):
        checked, _ = run(solution, device, check_every)
        equal(checked.masks, alone.masks, f"the dropout masks, with a check every {check_every} epochs")


def test_the_size_of_the_held_out_set_does_not_matter(solution, device):
    small, _ = run(solution, device, 1, held=1)
    large, _ = run(solution, device, 2, held=5)
    close(weights(large), weights(small), "the weights, with checks on five samples and on one")


# What already works and must stay


@pytest.mark.parametrize("seed", [0, 3])
def test_each_epoch_has_an_order_of_its_own(solution, device, seed):
    model, _ = run(solution, device, 0, epochs=9, seed=seed)
    orders = epochs_of(model)
    for order in orders:
        equal(sorted(order), [0, 1, 2, 3, 4], "the samples of an epoch, sorted")
    equal(len({str(order) for order in orders}) > 5, True, "whether nine epochs have different orders")
    equal(len({str(model.masks[k : k + 3]) for k in range(0, 27, 3)}) > 5, True, "whether their masks differ")


def test_the_seed_decides_whatever_was_drawn_before(solution, device):
    torch.manual_seed(11)
    first, _ = run(solution, device, 2)
    torch.manual_seed(12)
    again, _ = run(solution, device, 2)
    close(weights(again), weights(first), "the weights of a second run with the same seed")
    other, _ = run(solution, device, 2, seed=4)
    equal(bool((weights(other) != weights(first)).any()), True, "whether another seed gives other weights")


@pytest.mark.parametrize(("check_every", "count"), [(0, 0), (1, 4), (3, 1), (5, 0)])
def test_checks_come_when_they_are_asked_for(solution, device, check_every, count):
    model, errors = run(solution, device, check_every)
    equal(len(errors), count, f"the number of errors, a check every {check_every} of 4 epochs")
    read = [i for batch in model.checked for i in batch]
    equal(read, [0, 1, 2, 3] * count, "the held-out samples that the model was asked about")
    equal(max(map(len, model.checked), default=0) <= 2, True, "whether at most two samples come at a time")


def test_an_error_is_that_of_the_model_in_use(solution, device):
    model, errors = run(solution, device, 4)
    value = weights(model)
    wanted = sum((value[i] + value[5] - TARGETS[i]) ** 2 for i in range(4)) / 4
    close(errors[0], wanted.item(), "the last error, from the weights after the last epoch")


def test_every_held_out_sample_weighs_the_same(solution, device):
    model, errors = run(solution, device, 4, held=3)
    value = weights(model)
    wanted = sum((value[i] + value[5] - TARGETS[i]) ** 2 for i in range(3)) / 3
    close(errors[0], wanted.item(), "the last error, on three held-out samples in batches of two and one")


def test_without_dropout_the_steps_are_those_of_gradient_descent(solution, device):
    model, _ = run(solution, device, 0, drop=0.0, epochs=3)
    value = [0.0] * 6
    for batch in model.trained:
        slopes = [2 * (value[i] + value[5] - TARGETS[i]) / len(batch) for i in batch]
        for i, slope in zip(batch, slopes):
            value[i] -= 0.125 * slope
        value[5] -= 0.125 * sum(slopes)
    close(weights(model), value, "the weights after three epochs, by hand, in the order of the run")


# The documented failure


@pytest.mark.parametrize("drop", [0.0, 0.5])
def test_a_check_moves_the_orders_after_it(broken, device, drop):
    alone, _ = run(broken, device, 0, drop)
    checked, _ = run(broken, device, 1, drop)
    equal(epochs_of(checked)[0], epochs_of(alone)[0], "the order of the first epoch, before any check")
    equal(epochs_of(checked)[1:] != epochs_of(alone)[1:], True, "whether the orders after it differ")
    equal(epochs_of(checked)[1] != epochs_of(checked)[0], True, "whether the second order is another one")
    equal(bool((weights(checked) != weights(alone)).any()), True, "whether the weights differ")
