"""Batches that are left out in mixed precision: what `train` promises.

The model is w x without bias, and every batch has a slope that can be written down: the mean of
2 (w x - y) x. `solution` is the file under test, `broken` the one in broken/.
"""

import math

import pytest
import torch

from torchkata.checks import close, equal, raises

X = [1.0, 2.0]
USUAL, WILD, ENDLESS = [3.0, -1.0], [1000.0, 3000.0], [math.inf, 1.0]
LR, MOMENTUM, MAX_NORM, LIMIT = 0.25, 0.5, 2.0, 100.0
SCALE = 1024.0


def setting(device, enabled=True, interval=2000):
    model = torch.nn.Linear(1, 1, bias=False, device=device)
    torch.nn.init.zeros_(model.weight)
    optimizer = torch.optim.SGD(model.parameters(), lr=LR, momentum=MOMENTUM)
    scaler = torch.amp.GradScaler(
        torch.device(device).type, enabled=enabled, init_scale=SCALE, growth_interval=interval
    )
    return model, optimizer, scaler


def batches_of(device, *targets):
    inputs = torch.tensor([[x] for x in X], device=device)
    return [(inputs, torch.tensor([[y] for y in values], device=device)) for values in targets]


def by_hand(*targets):
    """The weight and the norms after these batches."""
    w, average, norms = 0.0, None, []
    for values in targets:
        slope = sum(2 * (w * x - y) * x for x, y in zip(X, values)) / len(X)
        norms.append(abs(slope))
        if not abs(slope) <= LIMIT:
            continue
        step = max(-MAX_NORM, min(MAX_NORM, slope))
        average = step if average is None else MOMENTUM * average + step
        w -= LR * average
    return w, norms


def run(module, device, *targets, enabled=True, interval=2000):
    model, optimizer, scaler = setting(device, enabled, interval)
    norms = module.train(model, optimizer, scaler, batches_of(device, *targets), MAX_NORM, LIMIT)
    return model.weight.item(), norms, scaler


# What train promises


@pytest.mark.parametrize("enabled", [True, False], ids=["scaled", "unscaled"])
def test_a_wild_batch_is_left_out_and_the_run_goes_on(solution, device, enabled):
    targets = [USUAL, WILD, USUAL, WILD, WILD, USUAL]
    weight, norms, _ = run(solution, device, *targets, enabled=enabled)
    wanted, lengths = by_hand(*targets)
    close(norms, lengths, "the norms of six batches, three of them wild", rtol=1e-4, atol=1e-5)
    close(weight, wanted, "the weight after three steps", rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("enabled", [True, False], ids=["scaled", "unscaled"])
def test_a_gradient_that_is_not_finite_makes_no_step(solution, device, enabled):
    targets = [USUAL, ENDLESS, USUAL]
    weight, norms, _ = run(solution, device, *targets, enabled=enabled)
    close(weight, by_hand(USUAL, USUAL)[0], "the weight after two steps", rtol=1e-4, atol=1e-5)
    equal(math.isfinite(norms[1]), False, "whether the norm of the endless batch is finite")


def test_a_gradient_that_is_not_finite_lowers_the_scale(solution, device):
    scaler = run(solution, device, USUAL, ENDLESS, USUAL)[2]
    close(scaler.get_scale(), SCALE / 2, "the scale after one gradient that isn't finite")


def test_a_gradient_of_nan_lowers_the_scale_too(solution, device):
    scaler = run(solution, device, USUAL, [math.nan, 1.0])[2]
    close(scaler.get_scale(), SCALE / 2, "the scale after a gradient of nan")


@pytest.mark.parametrize("enabled", [True, False], ids=["scaled", "unscaled"])
def test_a_gradient_of_nan_makes_no_step(solution, device, enabled):
    weight = run(solution, device, USUAL, [math.nan, 1.0], USUAL, enabled=enabled)[0]
    close(weight, by_hand(USUAL, USUAL)[0], "the weight after two steps", rtol=1e-4, atol=1e-5)


def test_a_wild_batch_counts_as_finite(solution, device):
    scaler = run(solution, device, USUAL, WILD, USUAL, WILD, interval=4)[2]
    close(scaler.get_scale(), 2 * SCALE, "the scale after four finite batches, raised after each four")


def test_the_next_call_finds_the_scaler_ready(solution, device):
    model, optimizer, scaler = setting(device)
    for targets in ([USUAL, WILD], [USUAL]):
        solution.train(model, optimizer, scaler, batches_of(device, *targets), MAX_NORM, LIMIT)
    close(model.weight.item(), by_hand(USUAL, USUAL)[0], "the weight after two calls", rtol=1e-4, atol=1e-5)


def test_a_batch_left_out_does_not_move_along_the_average(solution, device):
    model, optimizer, scaler = setting(device)
    solution.train(model, optimizer, scaler, batches_of(device, USUAL, WILD), MAX_NORM, LIMIT)
    average = optimizer.state[model.weight]["momentum_buffer"].item()
    close(average, -1.0, "the average of the gradients, after a usual batch and a wild one", rtol=1e-4)
    close(model.weight.item(), by_hand(USUAL)[0], "the weight after the same", rtol=1e-4, atol=1e-5)


# What already works and must stay


@pytest.mark.parametrize("enabled", [True, False], ids=["scaled", "unscaled"])
def test_usual_batches_make_a_step_each(solution, device, enabled):
    targets = [USUAL, [5.0, 9.0], USUAL]
    weight, norms, _ = run(solution, device, *targets, enabled=enabled)
    wanted, lengths = by_hand(*targets)
    close(norms, lengths, "the norms of three usual batches", rtol=1e-4, atol=1e-5)
    close(weight, wanted, "the weight after three steps", rtol=1e-4, atol=1e-5)


def test_the_scale_rises_after_enough_usual_batches(solution, device):
    scaler = run(solution, device, USUAL, USUAL, interval=2)[2]
    close(scaler.get_scale(), 2 * SCALE, "the scale after two batches, raised after each two")


def test_old_gradients_are_not_used(solution, device):
    model, optimizer, scaler = setting(device)
    model.weight.grad = torch.full_like(model.weight, 1e6)
    norms = solution.train(model, optimizer, scaler, batches_of(device, USUAL), MAX_NORM, LIMIT)
    close(norms, by_hand(USUAL)[1], "the norm of the first batch", rtol=1e-4, atol=1e-5)


def test_without_batches_nothing_happens(solution, device):
    weight, norms, _ = run(solution, device)
    equal((weight, norms), (0.0, []), "the weight and the norms without batches")


# The documented failure


def test_the_batch_after_a_wild_one_is_refused(broken, device):
    message = "unscale_() has already been called on this optimizer since the last update()."
    with raises(RuntimeError, message, "a usual batch after a wild one"):
        run(broken, device, USUAL, WILD, USUAL)


def test_a_last_batch_that_overflows_leaves_the_scale(broken, device):
    scaler = run(broken, device, USUAL, ENDLESS)[2]
    close(scaler.get_scale(), SCALE, "the scale after a gradient that isn't finite")
