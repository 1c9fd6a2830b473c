"""Training with layers in float16: what `fine_tune` promises.

The model is w x, so a float32 run can be written down: with each step toward
t = y / x, w - t shrinks by 1 - 2 lr x^2. `solution` is the file under test, `broken` the one in broken/.
"""

import math

import torch

from torchkata.checks import close, equal, raises

SCALE = 4096.0


def model_of(device, weight):
    model = torch.nn.Linear(1, 1, bias=False, device=device)
    torch.nn.init.constant_(model.weight, weight)
    return model


def scaler_of(device, scale=SCALE):
    return torch.amp.GradScaler(torch.device(device).type, init_scale=scale)


def batches_of(device, x, y, count):
    return [(torch.tensor([[x]], device=device), torch.tensor([[y]], device=device))] * count


def run(module, device, *, weight, x, y, lr, count):
    model, scaler = model_of(device, weight), scaler_of(device)
    errors = module.fine_tune(model, batches_of(device, x, y, count), lr, scaler)
    return model, errors, scaler


def in_float32(weight, x, y, lr, count):
    goal = y / x
    return goal + (weight - goal) * (1 - 2 * lr * x * x) ** count


# What fine_tune promises


def test_the_weight_goes_where_float32_would_take_it(solution, device):
    model, errors, _ = run(solution, device, weight=0.5, x=2.0, y=3.0, lr=0.0625, count=6)
    wanted = in_float32(0.5, 2.0, 3.0, 0.0625, 6)
    close(model.weight.item(), wanted, "the weight after 6 steps", rtol=0.0, atol=2e-3)
    shrunk = [(4.0 * 0.5**k * 0.5) ** 2 for k in range(6)]
    close(errors, shrunk, "the errors before the steps", rtol=0.0, atol=2e-2)


def test_small_steps_add_up(solution, device):
    model, _, _ = run(solution, device, weight=1.0, x=1.0, y=1 - 2.0**-6, lr=2.0**-8, count=64)
    wanted = in_float32(1.0, 1.0, 1 - 2.0**-6, 2.0**-8, 64)
    close(model.weight.item(), wanted, "the weight after 64 steps of about 0.0001", rtol=0.0, atol=8e-4)


def test_small_gradients_count(solution, device):
    x, goal = 2.0**-8, 2.0**-10 + 2.0**-20
    model, _, _ = run(solution, device, weight=0.25, x=x, y=goal, lr=2.0**22, count=1)
    step = 2.0**22 * 2 * 2.0**-20 * x  # the gradient is less than the smallest float16 number
    close(model.weight.item(), 0.25 + step, "the weight after a step along a tiny gradient", rtol=1e-2)


def test_the_layers_compute_in_float16(solution, device):
    model, kinds = model_of(device, 1.0), []
    model.register_forward_hook(lambda module, args, output: kinds.append(str(output.dtype)))
    solution.fine_tune(model, batches_of(device, 1.0, 2.0, 2), 0.25, scaler_of(device))
    equal(kinds, ["torch.float16"] * 2, "what the layer returned in two steps")


def test_the_layers_get_inputs_and_weights_in_float16(solution, device):
    _, errors, _ = run(solution, device, weight=1.5, x=2049.0, y=3072.0, lr=0.0, count=1)
    close(errors, [0.0], "the error where 2049 is 2048 in float16, and 1.5 times 2048 is the target")
    _, errors, _ = run(solution, device, weight=2049.0, x=1.5, y=3072.0, lr=0.0, count=1)
    close(errors, [0.0], "the error where the weight 2049 is 2048 in float16, of the same target")


def test_an_endless_gradient_makes_no_step_and_lowers_the_scale(solution, device):
    model, scaler = model_of(device, 300.0), scaler_of(device)
    batches = [*batches_of(device, 300.0, 0.0, 1), *batches_of(device, 0.5, 150.0, 1)]
    errors = solution.fine_tune(model, batches, 0.25, scaler)
    equal(math.isfinite(errors[0]), False, "whether the error of 300 x 300 in float16 is finite")
    close(model.weight.item(), 300.0, "the weight after a gradient that isn't finite, and one of 0")
    close(scaler.get_scale(), SCALE / 2, "the scale after the same")


def test_the_error_has_room_in_float32(solution, device):
    model, errors, _ = run(solution, device, weight=1.0, x=1.0, y=-1023.25, lr=0.0, count=1)
    close(errors, [1024.25**2], "the error of an output that's off by 1024.25")
    close(model.weight.item(), 1.0, "the weight after a step with rate 0")


def test_the_parameters_are_the_models_own_and_float32(solution, device):
    model = model_of(device, 1.0)
    before = list(model.parameters())
    solution.fine_tune(model, batches_of(device, 1.0, 2.0, 1), 0.25, scaler_of(device))
    after = list(model.parameters())
    equal([a is b for a, b in zip(after, before)], [True], "whether the parameters are the same objects")
    equal([str(p.dtype) for p in after], ["torch.float32"], "the dtype of the parameters after the call")


# What already works and must stay


def test_without_batches_nothing_happens(solution, device):
    model, errors, scaler = run(solution, device, weight=0.1, x=1.0, y=1.0, lr=0.5, count=0)
    equal(errors, [], "the errors without batches")
    close(model.weight.item(), 0.1, "the weight without batches", rtol=1e-3)
    close(scaler.get_scale(), SCALE, "the scale without batches")


# The documented failure


def test_the_first_step_is_refused(broken, device):
    with raises(ValueError, "Attempting to unscale FP16 gradients.", "the first step"):
        run(broken, device, weight=0.5, x=2.0, y=3.0, lr=0.0625, count=1)
