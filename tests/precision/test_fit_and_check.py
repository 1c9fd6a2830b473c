"""Mixed precision around a whole run: what `fit` promises.

The model is y = w x with one weight or two, and the numbers are chosen so that bfloat16 holds every weight
exactly. For one sample with target 0 the error is (w x)², and its slope along w is 2 w x².
"""

import torch

from torchkata.checks import close, equal, raises


def linear(weights, device):
    model = torch.nn.Linear(len(weights), 1, bias=False, device=device)
    with torch.no_grad():
        model.weight.copy_(torch.tensor([weights]))
    return model


def pair(inputs, targets, device):
    return torch.tensor(inputs, device=device), torch.tensor(targets, device=device)


def to_zero(device, x=1.0):
    return pair([[x]], [[0.0]], device)


# What fit promises


def test_every_batch_meets_the_weights_of_the_last_step(solution, device):
    model = linear([1.0], device)
    ((errors, held_out),) = solution.fit(
        model, [to_zero(device)] * 4, to_zero(device, 2.0), epochs=1, lr=0.25
    )
    close(errors, [1.0, 0.25, 0.0625, 0.015625], "the errors of four batches; each step halves the weight")
    close(model.weight.item(), 0.0625, "the weight after four steps")
    close(held_out, 4 * 0.0625**2, "the held-out error after four steps")


def test_every_epoch_meets_the_weights_of_the_last_one(solution, device):
    model = linear([1.0], device)
    history = solution.fit(model, [to_zero(device)], to_zero(device, 3.0), epochs=3, lr=0.25)
    close([errors[0] for errors, _ in history], [1.0, 0.25, 0.140625], "the errors in three epochs")
    close([error for _, error in history], [2.25, 1.265625, 0.87890625], "held-out errors of 3 epochs")
    close(model.weight.item(), 0.3125, "the weight after rates 1/4, 1/8 and 1/12", rtol=1e-5, atol=0)


def test_two_weights_and_several_samples(solution, device):
    model = linear([1.0, -2.0], device)
    first = pair([[1.0, 0.0], [0.0, 1.0]], [[3.0], [-1.0]], device)  # slopes (w1 - 3), (w2 + 1)
    second = pair([[2.0, 0.0], [0.0, -2.0]], [[0.0], [0.0]], device)  # slopes 4 w1, 4 w2
    ((errors, held_out),) = solution.fit(model, [first, second, first], first, epochs=1, lr=0.125)
    # (1, -2) -> (1.25, -1.875) -> (0.625, -0.9375) -> (0.921875, -0.9453125)
    close(errors[0], (4 + 1) / 2, "the error of the first batch")
    close(errors[1], (2.5**2 + 3.75**2) / 2, "the error of the second batch")
    close(errors[2], (2.375**2 + 0.0625**2) / 2, "the error of the third batch")
    close(model.weight.detach(), torch.tensor([[0.921875, -0.9453125]], device=device), "the weights")
    close(held_out, (2.078125**2 + 0.0546875**2) / 2, "the held-out error", rtol=1e-2, atol=0)


def test_two_runs_go_on_where_the_first_has_stopped(solution, device):
    model = linear([1.0], device)
    for k in range(3):
        ((errors, held_out),) = solution.fit(model, [to_zero(device)] * 2, to_zero(device), epochs=1, lr=0.25)
        close(errors, [16.0**-k, 16.0**-k / 4], f"the errors of run {k + 1}")
        close(held_out, 16.0 ** -(k + 1), f"the held-out error of run {k + 1}")


def test_deep_models_train_too(solution, device):
    model = torch.nn.Sequential(linear([1.0], device), torch.nn.ReLU(), linear([0.5], device))
    ((errors, _),) = solution.fit(model, [to_zero(device)] * 2, to_zero(device), epochs=1, lr=1.0)
    # slopes 2 y w2 = 0.5 and 2 y w1 = 1: the weights become 0.5 and -0.5
    close(errors, [0.25, 0.0625], "the errors of two batches through two layers")
    # slopes 2 y w2 = 0.25 and 2 y w1 = -0.25
    close([p.item() for p in model.parameters()], [0.25, -0.25], "the weights of both layers")


# What already works and must stay


def test_the_first_batch_and_the_first_step(solution, device):
    model = linear([1.0, -2.0], device)
    batch = pair([[1.0, 0.0], [0.0, 2.0], [0.0, 0.0], [0.0, 0.0]], [[3.0], [0.0], [3.0], [1.0]], device)
    ((errors, _),) = solution.fit(model, [batch], batch, epochs=1, lr=0.5)
    close(errors, [(4 + 16 + 9 + 1) / 4], "the error of the only batch")
    close(model.weight.detach(), torch.tensor([[1.5, 0.0]], device=device), "the weights after one step")


def test_predictions_are_made_in_bfloat16(solution, device):
    model = linear([1.0], device)
    dtypes = []
    model.register_forward_hook(lambda module, inputs, output: dtypes.append(str(output.dtype)))
    batch = pair([[1.0]], [[1.0 + 2.0**-12]], device)
    history = solution.fit(model, [batch], batch, epochs=2, lr=0.0)
    equal(dtypes, ["torch.bfloat16"] * 4, "the dtypes of all predictions")
    close(
        history[1][0], [2.0**-24], "the error: predicted in bfloat16, compared in float32", rtol=1e-5, atol=0
    )
    fine = pair([[1.0 + 2.0**-12]], [[0.0]], device)
    close(solution.fit(model, [fine], fine, epochs=1, lr=0.0)[0][0], [1.0], "the error of a rounded input")


def test_the_weights_stay_float32_and_take_small_steps(solution, device):
    model = linear([1.0], device)
    weight = model.weight
    batch = pair([[1.0]], [[0.5]], device)
    solution.fit(model, [batch], batch, epochs=1, lr=0.001)
    equal(str(model.weight.dtype), "torch.float32", "the dtype of the weight")
    equal(model.weight is weight, True, "whether the model still has its own parameter")
    close(model.weight.item(), 0.999, "the weight after a step of 0.001", rtol=1e-6, atol=0)


def test_dropout_is_on_in_training_and_off_on_held_out_data(solution, device):
    model = torch.nn.Sequential(torch.nn.Dropout(1.0), linear([2.0], device))
    batch = pair([[3.0]], [[1.0]], device)
    history = solution.fit(model, [batch], batch, epochs=2, lr=0.25)
    close([errors for errors, _ in history], [[1.0], [1.0]], "the training errors, with all inputs dropped")
    close([error for _, error in history], [25.0, 25.0], "the held-out errors, with no input dropped")


def test_the_held_out_data_train_nothing(solution, device):
    model = linear([1.0], device)
    solution.fit(model, [pair([[0.0]], [[0.0]], device)], to_zero(device), epochs=3, lr=0.5)
    equal(model.weight.item(), 1.0, "the weight after three checks, with nothing to learn in the batches")


def test_no_epochs_and_no_batches(solution, device):
    model = linear([1.0], device)
    equal(solution.fit(model, [to_zero(device)], to_zero(device), epochs=0, lr=0.5), [], "no epochs")
    with raises(ValueError, "no batches", "training without batches"):
        solution.fit(model, [], to_zero(device), epochs=1, lr=0.5)
    equal(model.weight.item(), 1.0, "the weight after neither")


# The documented failure


def test_the_loss_stands_still_while_the_weight_walks_away(broken, device):
    model = linear([1.0], device)
    history = broken.fit(model, [to_zero(device)] * 2, to_zero(device), epochs=2, lr=0.25)
    equal([errors for errors, _ in history], [[1.0, 1.0], [1.0, 1.0]], "the errors of two epochs")
    equal([error for _, error in history], [1.0, 1.0], "the held-out errors")
    equal(model.weight.item(), -0.5, "the weight after slopes of 2, rates 1/4, 1/4, 1/8 and 1/8")
