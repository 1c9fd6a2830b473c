"""Gradient descent through two layers: what `finetune` promises.

`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch
from torchkata.checks import close as assert_close

LR = 0.125


def problem(device):
    def tensor(values, **options):
        return torch.tensor(values, dtype=torch.float64, device=device, **options)

    adapter = tensor([[1.0, 0.0], [0.0, 1.0]], requires_grad=True)
    head = tensor([1.0, -1.0], requires_grad=True)
    inputs = tensor([[1.0, 0.0], [0.0, 1.0]])
    targets = tensor([0.0, 0.0])
    return adapter, head, inputs, targets


def closed_form(adapter, head, inputs, targets, epochs):
    """The same descent with both derivatives of the mean squared error written out."""
    adapter, head, losses = adapter.detach().clone(), head.detach().clone(), []
    for _ in range(epochs):
        hidden = inputs @ adapter
        error = hidden @ head - targets  # (samples,)
        losses.append((error**2).mean().item())
        slope = 2 * error / len(error)  # d loss / d prediction
        adapter, head = adapter - LR * inputs.T @ torch.outer(slope, head), head - LR * hidden.T @ slope
    return adapter, head, losses


def check(solution, device, epochs):
    adapter, head, inputs, targets = problem(device)
    want_adapter, want_head, want_losses = closed_form(adapter, head, inputs, targets, epochs)
    losses = solution.finetune(adapter, head, inputs, targets, epochs=epochs, lr=LR)
    assert_close(adapter.detach(), want_adapter, "adapter")
    assert_close(head.detach(), want_head, "head")
    assert_close(torch.tensor(losses, dtype=torch.float64), torch.tensor(want_losses, dtype=torch.float64), "losses")


# What finetune promises


@pytest.mark.parametrize("epochs", [2, 5])
def test_every_epoch_follows_the_current_gradient(solution, device, epochs):
    check(solution, device, epochs)


# What already works and must stay


@pytest.mark.parametrize("epochs", [0, 1])
def test_zero_and_one_epoch_match_the_formula(solution, device, epochs):
    check(solution, device, epochs)


# The documented failure


def test_second_epoch_raises(broken, device):
    adapter, head, inputs, targets = problem(device)
    with pytest.raises(RuntimeError, match="backward through the graph a second time"):
        broken.finetune(adapter, head, inputs, targets, epochs=2, lr=LR)
