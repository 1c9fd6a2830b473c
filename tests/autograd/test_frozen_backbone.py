"""A frozen backbone between an adapter and a head: what `freeze` and `train` promise.

The backbone below computes shift + v * (w * x + c): all its parameters are one number each. With the
adapter a and the head h the prediction for the input 1 is h * z, with z = shift + v * (w * a + c), and
the loss is (h * z - target)**2.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

W, C, V, SHIFT = 4.0, 1.0, 0.5, -1.0
ADAPTER, HEAD, TARGET = 1.0, 0.5, 2.0


class Backbone(torch.nn.Module):
    """A parameter of its own, and one layer inside another module."""

    def __init__(self):
        super().__init__()
        self.shift = torch.nn.Parameter(torch.tensor(SHIFT))
        self.inner = torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.Linear(1, 1, bias=False))
        torch.nn.init.constant_(self.inner[0].weight, W)
        torch.nn.init.constant_(self.inner[0].bias, C)
        torch.nn.init.constant_(self.inner[1].weight, V)

    def forward(self, inputs):
        return self.shift + self.inner(inputs)


def backbone_on(device):
    return Backbone().to(device, torch.float64)


def factor(value, device):
    """A module that multiplies by one weight."""
    module = torch.nn.Linear(1, 1, bias=False, dtype=torch.float64, device=device)
    torch.nn.init.constant_(module.weight, value)
    return module


def chain(device):
    """Adapter, backbone, head, inputs and targets of the docstring above."""
    ones = torch.ones(1, 1, dtype=torch.float64, device=device)
    return factor(ADAPTER, device), backbone_on(device), factor(HEAD, device), ones, TARGET * ones


def values_of(backbone):
    """w, c, v and shift."""
    first, second = backbone.inner
    return [p.item() for p in (first.weight, first.bias, second.weight, backbone.shift)]


def walk(steps, lr):
    """The losses before each step, and the adapter and the head after the last one."""
    a, h, losses = ADAPTER, HEAD, []
    for _ in range(steps):
        z = SHIFT + V * (W * a + C)
        error = h * z - TARGET
        losses.append(error**2)
        a, h = a - lr * 2 * error * h * V * W, h - lr * 2 * error * z
    return losses, [a, h]


# What freeze and train promise


@pytest.mark.parametrize(("steps", "lr"), [(1, 0.25), (4, 0.0625), (4, 0.03125)])
def test_adapter_and_head_learn_and_the_backbone_does_not_move(solution, device, steps, lr):
    adapter, backbone, head, *samples = chain(device)
    losses = solution.train(adapter, backbone, head, *samples, steps=steps, lr=lr)
    expected, weights = walk(steps, lr)
    equal(
        values_of(backbone), [W, C, V, SHIFT], f"parameters of the backbone after {steps} steps with lr {lr}"
    )
    close(
        [adapter.weight.item(), head.weight.item()], weights, f"adapter and head after {steps} steps, lr {lr}"
    )
    close(losses, expected, f"losses of {steps} steps with lr {lr}")


def test_a_frozen_module_gets_no_gradients_and_lets_them_through(solution, device):
    backbone = backbone_on(device)
    inputs = torch.ones(1, 1, dtype=torch.float64, device=device, requires_grad=True)
    solution.freeze(backbone)(inputs).sum().backward()
    equal([p.grad for p in backbone.parameters()], [None] * 4, "gradients of a frozen module")
    close(inputs.grad, [[V * W]], "gradient that passed through a frozen module")


def test_training_leaves_no_gradients_in_the_backbone(solution, device):
    adapter, backbone, head, *samples = chain(device)
    solution.train(adapter, backbone, head, *samples, steps=2, lr=0.0625)
    untouched = [p.grad is None for p in backbone.parameters()]
    equal(untouched, [True] * 4, "whether a gradient of the backbone is still None after training")


# What already works and must stay


@pytest.mark.parametrize("training", [True, False])
def test_freezing_changes_neither_the_outputs_nor_the_mode(solution, device, training):
    backbone = backbone_on(device).train(training)
    frozen = solution.freeze(backbone)
    equal(frozen is backbone, True, "whether freeze returns the module it was given")
    inputs = torch.tensor([[1.0], [-3.0]], dtype=torch.float64, device=device)
    close(frozen(inputs).detach(), [[1.5], [-6.5]], "outputs of the frozen module for 1 and -3")
    equal(
        [part.training for part in frozen.modules()],
        [training] * 4,
        "modes of the frozen module and its parts",
    )
    equal(values_of(frozen), [W, C, V, SHIFT], "parameters of the frozen module")


def test_frozen_batch_norm_in_training_mode_still_updates_its_running_mean(solution, device):
    norm = torch.nn.BatchNorm1d(1, momentum=0.5, dtype=torch.float64, device=device)
    solution.freeze(norm)(torch.tensor([[1.0], [5.0]], dtype=torch.float64, device=device))
    close(norm.running_mean, [1.5], "running mean after a batch with mean 3, at momentum 0.5")


def test_a_module_without_parameters_can_be_frozen(solution, device):
    inputs = torch.tensor([-1.0, 2.0], dtype=torch.float64, device=device)
    close(solution.freeze(torch.nn.ReLU())(inputs), [0.0, 2.0], "outputs of a frozen ReLU")


def test_zero_steps_change_nothing(solution, device):
    adapter, backbone, head, *samples = chain(device)
    equal(solution.train(adapter, backbone, head, *samples, steps=0, lr=0.25), [], "losses of 0 steps")
    equal([adapter.weight.item(), head.weight.item()], [ADAPTER, HEAD], "adapter and head after 0 steps")


def test_no_samples_are_an_error(solution, device):
    adapter, backbone, head, inputs, targets = chain(device)
    with raises(ValueError, "", "training on no samples"):
        solution.train(adapter, backbone, head, inputs[:0], targets[:0], steps=1, lr=0.25)
    equal([adapter.weight.item(), head.weight.item()], [ADAPTER, HEAD], "adapter and head after the error")
    equal([p.requires_grad for p in backbone.parameters()], [True] * 4, "requires_grad after the error")


# The documented failure


def test_every_parameter_of_a_frozen_module_still_requires_a_gradient(broken, device):
    backbone = broken.freeze(backbone_on(device))
    equal([p.requires_grad for p in backbone.parameters()], [True] * 4, "requires_grad of the parameters")


def test_the_flag_that_somebody_would_look_at_says_frozen(broken, device):
    backbone = broken.freeze(backbone_on(device))
    equal(backbone.requires_grad, False, "requires_grad of the backbone itself")


def test_the_backbone_learns_with_the_others(broken, device):
    adapter, backbone, head, *samples = chain(device)
    broken.train(adapter, backbone, head, *samples, steps=1, lr=0.25)
    step = 0.25 * 2 * (HEAD * 1.5 - TARGET) * HEAD  # z is 3/2
    expected = [W - step * V * ADAPTER, C - step * V, V - step * (W * ADAPTER + C), SHIFT - step]
    close(values_of(backbone), expected, "parameters of the backbone after 1 step")
