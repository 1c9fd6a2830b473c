"""Fine-tuning on a squared error: what `predict` and `finetune` promise.

The four samples below are chosen so that the loss is |weight - (2, -1)|**2 + (bias - 1/2)**2 + 1/16:
each step with lr = 1/4 halves the distance of every parameter to its best value.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

INPUTS = [[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]]
TARGETS = [1.75, 3.25, -2.75, -0.25]  # 2 * x0 - x1 + 1/2, and 1/4 more or less
BEST = [2.0, -1.0, 0.5]  # weight, weight, bias
START = [1.0, 1.0, 0.0]
LR = 0.25


def model_at(values, device):
    model = torch.nn.Linear(2, 1, dtype=torch.float64, device=device)
    with torch.no_grad():
        model.weight.copy_(torch.tensor([values[:2]]))
        model.bias.fill_(values[2])
    return model


def samples(device):
    return (torch.tensor(values, dtype=torch.float64, device=device) for values in (INPUTS, TARGETS))


def values_of(model):
    return [*model.weight[0].tolist(), model.bias.item()]


def parameters_after(steps):
    return [best + (start - best) * 0.5**steps for best, start in zip(BEST, START)]


def loss_at(values):
    return sum((value - best) ** 2 for value, best in zip(values, BEST)) + 1 / 16


# What predict and finetune promise


@pytest.mark.parametrize("steps", [1, 4])
def test_every_parameter_follows_its_slope(solution, device, steps):
    model = model_at(START, device)
    solution.finetune(model, *samples(device), steps=steps, lr=LR)
    close(values_of(model), parameters_after(steps), f"weights and bias after {steps} steps")


def test_the_losses_are_those_before_each_step(solution, device):
    losses = solution.finetune(model_at(START, device), *samples(device), steps=4, lr=LR)
    close(losses, [loss_at(parameters_after(k)) for k in range(4)], "losses before steps 1 to 4")


def test_every_layer_learns(solution, device):
    # score = 3 * (2 * x) with target 0 at x = 1: the slopes of score**2 are 2*6*3 inside and 2*6*2 outside
    model = torch.nn.Sequential(torch.nn.Linear(1, 1, bias=False), torch.nn.Linear(1, 1, bias=False)).double()
    model = model.to(device)
    with torch.no_grad():
        model[0].weight.fill_(2.0)
        model[1].weight.fill_(3.0)
    inputs = torch.ones(1, 1, dtype=torch.float64, device=device)
    solution.finetune(model, inputs, inputs[0] * 0, steps=1, lr=1 / 64)
    got = [model[0].weight.item(), model[1].weight.item()]
    close(got, [2 - 36 / 64, 3 - 24 / 64], "inner and outer weight after 1 step")


# What already works and must stay


@pytest.mark.parametrize("count", [4, 1])
def test_predict_gives_one_score_per_sample(solution, device, count):
    inputs, _ = samples(device)
    expected = torch.tensor([2.0, 0.0, 0.0, -2.0], dtype=torch.float64)[:count]
    close(solution.predict(model_at(START, device), inputs[:count]), expected, f"scores of {count} samples")


def test_the_scores_of_predict_carry_no_graph(solution, device):
    model, (inputs, targets) = model_at(START, device), samples(device)
    equal(solution.predict(model, inputs).requires_grad, False, "requires_grad of the scores of predict")
    solution.finetune(model, inputs, targets, steps=0, lr=LR)
    equal(solution.predict(model, inputs).requires_grad, False, "requires_grad of the scores after finetune")


@pytest.mark.parametrize("training", [True, False])
def test_predict_leaves_the_model_as_it_is(solution, device, training):
    model, (inputs, _) = model_at(START, device).train(training), samples(device)
    solution.predict(model, inputs)
    equal(values_of(model), START, "weights and bias after predict")
    equal(model.training, training, "training mode of the model after predict")
    equal([p.requires_grad for p in model.parameters()], [True, True], "requires_grad after predict")
    equal([p.grad for p in model.parameters()], [None, None], "gradients of the model after predict")
    equal(model(inputs).requires_grad, True, "requires_grad of the model's own output after predict")


def test_zero_steps_change_nothing(solution, device):
    model = model_at(START, device)
    equal(solution.finetune(model, *samples(device), steps=0, lr=LR), [], "losses of 0 steps")
    equal(values_of(model), START, "weights and bias after 0 steps")


@pytest.mark.parametrize("shape", [(3,), (4, 1), (1,)])
def test_targets_of_another_shape_are_an_error(solution, device, shape):
    model, (inputs, _) = model_at(START, device), samples(device)
    targets = torch.zeros(shape, dtype=torch.float64, device=device)
    with raises(ValueError, "", f"targets of shape {shape} for 4 samples"):
        solution.finetune(model, inputs, targets, steps=1, lr=LR)
    equal(values_of(model), START, "weights and bias after the error")


def test_no_samples_are_an_error(solution, device):
    model, (inputs, targets) = model_at(START, device), samples(device)
    with raises(ValueError, "", "finetune without samples"):
        solution.finetune(model, inputs[:0], targets[:0], steps=1, lr=LR)
    equal(values_of(model), START, "weights and bias after the error")


# The documented failure


def test_four_steps_do_not_move_anything(broken, device):
    model = model_at(START, device)
    losses = broken.finetune(model, *samples(device), steps=4, lr=LR)
    equal(losses, [5.3125] * 4, "losses of 4 steps")  # 1 + 4 + 1/4 + 1/16, every time
    equal(values_of(model), START, "weights and bias after 4 steps")
    equal([parameter.grad for parameter in model.parameters()], [None, None], "gradients after 4 steps")
