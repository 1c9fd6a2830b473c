"""Fine-tuning in the dtype of the model: what `fine_tune` promises.

The slope of the absolute error along a weight is the mean of its inputs, with the sign of the error. As
long as the signs stay, each step is the rate times the same slope, and the sum of the steps is known.
"""

import pytest
import torch

from torchkata.checks import close, equal

VALUE = 2.0**-7  # the distance of two bfloat16 numbers, relative to the smaller, is at most this


def linear(weights, dtype, device):
    model = torch.nn.Linear(len(weights[0]), len(weights), bias=False, dtype=dtype, device=device)
    with torch.no_grad():
        model.weight.copy_(torch.tensor(weights))
    return model


def batch(inputs, targets, device):
    return torch.tensor(inputs, device=device), torch.tensor(targets, device=device)


def far_below(inputs, device):
    """A batch whose targets lie below every prediction, so that all weights fall by rate times input."""
    return batch(inputs, [[-50.0]] * len(inputs), device)


def rates(steps, lr, warmup):
    return [lr * min(1.0, (k + 1) / warmup) for k in range(steps)]


# What fine_tune promises


def test_a_weight_of_one_takes_a_hundred_small_steps(solution, device):
    model = linear([[1.0]], torch.bfloat16, device)
    solution.fine_tune(model, [far_below([[1.0]], device)] * 100, lr=0.001, warmup=1)
    close(
        model.weight[0, 0].item(), 0.9, "a bfloat16 weight of 1 after 100 steps of -0.001", rtol=VALUE, atol=0
    )


@pytest.mark.parametrize(("start", "lr"), [(1.0, 2.0**-12), (-1.0, 2.0**-11), (4.0, 0.003), (100.0, 0.02)])
def test_no_step_is_too_small(solution, device, start, lr):
    model = linear([[start, 0.0]], torch.bfloat16, device)
    solution.fine_tune(model, [far_below([[2.0, 1.0]], device)] * 150, lr=lr, warmup=1)
    wanted = start - 300 * lr
    close(
        model.weight[0, 0].item(), wanted, f"a weight of {start} after 150 steps", rtol=VALUE, atol=VALUE / 8
    )
    close(model.weight[0, 1].item(), -150 * lr, "the weight that began at 0", rtol=VALUE, atol=0)


def test_no_step_is_too_large_either(solution, device):
    model = linear([[0.75, 0.5, -0.75]], torch.bfloat16, device)
    solution.fine_tune(model, [far_below([[-2.0, 2.5, -2.5]], device)] * 90, lr=0.001, warmup=1)
    wanted = torch.tensor([[0.75 + 0.18, 0.5 - 0.225, -0.75 + 0.225]], device=device)
    close(model.weight.detach().float(), wanted, "weights after 90 steps", rtol=VALUE, atol=0)


def test_the_warmup_counts_in_bfloat16_too(solution, device):
    model = linear([[1.0], [-1.0]], torch.bfloat16, device)
    pairs = [batch([[2.0], [4.0]], [[-50.0, -50.0], [-50.0, -50.0]], device)] * 80
    solution.fine_tune(model, pairs, lr=0.002, warmup=40)
    moved = 1.5 * sum(rates(80, 0.002, 40))  # mean input 3, and each output has half of the mean
    wanted = torch.tensor([[1 - moved], [-1 - moved]], device=device)
    close(model.weight.detach().float(), wanted, "weights after 80 steps, 40 of warmup", rtol=VALUE, atol=0)


def test_each_error_is_that_of_the_moved_model(solution, device):
    model = linear([[1.0]], torch.bfloat16, device)
    pairs = [batch([[1.0]], [[0.0]], device)] * 100
    errors = solution.fine_tune(model, pairs, lr=0.001, warmup=1)
    wanted = [1 - 0.001 * k for k in range(100)]
    close(errors, wanted, "the errors before 100 steps from 1 towards 0", rtol=VALUE, atol=0)


def test_steps_to_and_fro_cancel(solution, device):
    model = linear([[1.0, 2.0]], torch.bfloat16, device)
    down = batch([[1.0, 1.5]], [[-50.0]], device)
    up = batch([[1.0, 1.5]], [[50.0]], device)
    solution.fine_tune(model, [down, up] * 40 + [down] * 10, lr=0.0015, warmup=1)
    wanted = torch.tensor([[1 - 0.015, 2 - 0.0225]], device=device)
    close(model.weight.detach().float(), wanted, "weights after 40 pairs and 10 steps", rtol=VALUE, atol=0)


# What already works and must stay


@pytest.mark.parametrize("warmup", [1, 4, 30])
def test_a_float32_model_takes_every_step(solution, device, warmup):
    model = linear([[1.0, -0.5, 0.25]], torch.float32, device)
    pairs = [far_below([[1.0, -2.0, 3.0], [2.0, 4.0, 0.0]], device)] * 20
    solution.fine_tune(model, pairs, lr=0.01, warmup=warmup)
    moved = sum(rates(20, 0.01, warmup))
    wanted = [[1 - 1.5 * moved, -0.5 - moved, 0.25 - 1.5 * moved]]
    close(model.weight.detach(), torch.tensor(wanted, device=device), f"weights with warmup {warmup}")


def test_large_steps_arrive_in_bfloat16(solution, device):
    model = linear([[1.0, -0.5]], torch.bfloat16, device)
    errors = solution.fine_tune(model, [far_below([[1.0, -2.0]], device)] * 3, lr=0.25, warmup=2)
    equal(model.weight.tolist(), [[1 - 0.625, -0.5 + 1.25]], "weights after three large steps")
    close(errors, [52.0, 51.375, 50.125], "the errors before three large steps", rtol=VALUE, atol=0)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_model_has_its_dtype_and_its_parameters_afterwards(solution, device, dtype):
    model = linear([[1.0, 2.0]], dtype, device)
    weight = model.weight
    errors = solution.fine_tune(model, [far_below([[1.0, 1.0]], device)] * 2, lr=0.5, warmup=1)
    equal(str(model.weight.dtype), str(dtype), "the dtype of the weight")
    equal(model.weight is weight, True, "whether the model still has its own parameter")
    equal([type(error) for error in errors], [float, float], "what the list of errors holds")
    equal(model.weight.tolist(), [[0.0, 1.0]], "the weight after two steps")


def test_predictions_are_made_in_the_dtype_of_the_model(solution, device):
    model = linear([[1.0]], torch.bfloat16, device)
    pairs = [batch([[1.0]], [[1.0 + 2.0**-12]], device), batch([[1.0 + 2.0**-12]], [[0.5]], device)]
    errors = solution.fine_tune(model, pairs, lr=0.0, warmup=1)
    equal(errors, [2.0**-12, 0.5], "the errors of predictions 1 and 1, in bfloat16")


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_what_is_frozen_stays(solution, device, dtype):
    model = torch.nn.Sequential(linear([[1.0], [2.0]], dtype, device), linear([[1.0, -1.0]], dtype, device))
    model[0].weight.requires_grad_(False)
    solution.fine_tune(model, [far_below([[1.0]], device)] * 4, lr=0.125, warmup=1)
    equal(model[0].weight.tolist(), [[1.0], [2.0]], "the frozen weight")
    equal(model[0].weight.requires_grad, False, "whether the frozen weight requires a gradient")
    equal(model[1].weight.tolist(), [[0.5, -2.0]], "the trained weight")


def test_no_batches_change_nothing(solution, device):
    model = linear([[1.0, -0.5]], torch.bfloat16, device)
    equal(solution.fine_tune(model, [], lr=0.5, warmup=3), [], "the errors of no batches")
    equal(model.weight.tolist(), [[1.0, -0.5]], "weights after no batches")


# The documented failure


def test_a_weight_of_one_stays_exactly_one(broken, device):
    model = linear([[1.0, 0.0]], torch.bfloat16, device)
    broken.fine_tune(model, [far_below([[1.0, 1.0]], device)] * 100, lr=0.001, warmup=1)
    equal(model.weight[0, 0].item(), 1.0, "a bfloat16 weight of 1 after 100 steps of -0.001")
    close(model.weight[0, 1].item(), -0.1, "the weight that began at 0", rtol=4 * VALUE, atol=0)


def test_a_step_that_just_counts_is_rounded_up(broken, device):
    model = linear([[0.75]], torch.bfloat16, device)
    broken.fine_tune(model, [far_below([[-2.0]], device)] * 40, lr=0.001, warmup=1)
    close(model.weight[0, 0].item(), 0.75 + 40 * 2.0**-8, "the weight: steps of 1/256, not of 0.002")
