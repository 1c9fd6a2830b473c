"""`sample_gradients` returns the gradient of each sample's loss, for each parameter of the model.

For a linear model with the error e = w x + b - y, the loss e**2 + decay / 2 (w**2 + b**2) has the gradients
2 e x + decay w and 2 e + decay b.
"""

import math

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

WEIGHT, BIAS = [1.0, -0.5], 0.25
INPUTS, TARGETS = [[1.0, 2.0], [0.0, -1.0], [3.0, 0.5]], [[1.0], [0.0], [-2.0]]


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def linear(device):
    model = torch.nn.Linear(2, 1, dtype=torch.float64, device=device)
    with torch.no_grad():
        model.weight.copy_(tensor([WEIGHT], device))
        model.bias.fill_(BIAS)
    return model


def gradients_of(module, device, samples=3, decay=0.5):
    model = linear(device)
    inputs, targets = tensor(INPUTS, device)[:samples], tensor(TARGETS, device)[:samples]
    return model, module.sample_gradients(model, inputs, targets, decay)


def by_hand(samples=3, decay=0.5):
    """Gradients of the weight and of the bias, sample by sample."""
    weight, bias = [], []
    for x, (y,) in zip(INPUTS[:samples], TARGETS):
        e = sum(w * v for w, v in zip(WEIGHT, x)) + BIAS - y
        weight.append([[2 * e * v + decay * w for w, v in zip(WEIGHT, x)]])
        bias.append([2 * e + decay * BIAS])
    return weight, bias


# What sample_gradients promises


@pytest.mark.parametrize(("samples", "decay"), [(3, 0.5), (3, 0.0), (2, 2.0), (1, 0.5)])
def test_each_sample_has_the_gradient_of_its_own_loss(solution, device, samples, decay):
    _, found = gradients_of(solution, device, samples, decay)
    weight, bias = by_hand(samples, decay)
    close(found["weight"], weight, f"gradients of the weight, {samples} samples, decay {decay}")
    close(found["bias"], bias, f"gradients of the bias, {samples} samples, decay {decay}")


def test_both_layers_of_a_network_have_their_gradients(solution, device):
    # p = v tanh(a x), with a = 1/2 and v = 2; targets 0; decay 1
    model = torch.nn.Sequential(
        torch.nn.Linear(1, 1, bias=False), torch.nn.Tanh(), torch.nn.Linear(1, 1, bias=False)
    ).to(device, torch.float64)
    torch.nn.init.constant_(model[0].weight, 0.5)
    torch.nn.init.constant_(model[2].weight, 2.0)
    xs = [1.0, -3.0]
    found = solution.sample_gradients(model, tensor([[x] for x in xs], device), tensor([[0], [0]], device), 1)
    h = [math.tanh(x / 2) for x in xs]
    inner = [[[2 * (2 * t) * 2 * (1 - t * t) * x + 0.5]] for t, x in zip(h, xs)]
    outer = [[[2 * (2 * t) * t + 2.0]] for t in h]
    close(found["0.weight"], inner, "gradients of the inner weight, 2 samples")
    close(found["2.weight"], outer, "gradients of the outer weight, 2 samples")


def test_the_errors_of_all_outputs_are_summed(solution, device):
    # p = (a x, b x) with a = 1, b = -2; for x = 3 and targets (1, 4) the errors are 2 and -10
    model = torch.nn.Linear(1, 2, bias=False, dtype=torch.float64, device=device)
    with torch.no_grad():
        model.weight.copy_(tensor([[1.0], [-2.0]], device))
    found = solution.sample_gradients(model, tensor([[3.0]], device), tensor([[1.0, 4.0]], device), 0.5)
    want = [[[2 * 2 * 3 + 0.5], [2 * -10 * 3 - 1.0]]]
    close(found["weight"], want, "gradient of the weight of a model with 2 outputs")


def test_gradients_have_the_dtype_of_the_parameters(solution, device):
    model = torch.nn.Linear(1, 1, bias=False, device=device)
    torch.nn.init.constant_(model.weight, 0.1)
    one = torch.ones(1, 1, device=device)
    found = solution.sample_gradients(model, one, 0 * one, 0.5)
    close(found["weight"], torch.tensor([[[0.25]]], device=device), "gradient of a weight of 0.1 in float32")


# What already works and must stay


def test_samples_without_an_error_have_the_gradient_of_the_penalty(solution, device):
    model = linear(device)
    inputs = tensor(INPUTS, device)
    found = solution.sample_gradients(model, inputs, model(inputs).detach(), 0.5)
    close(found["weight"], [[[0.5, -0.25]]] * 3, "gradients of the weight where there is no error")
    close(found["bias"], [[0.125]] * 3, "gradients of the bias where there is no error")


def test_there_is_one_entry_for_each_parameter_and_no_graph(solution, device):
    _, found = gradients_of(solution, device)
    shapes = {name: tuple(gradient.shape) for name, gradient in found.items()}
    equal(shapes, {"weight": (3, 1, 2), "bias": (3, 1)}, "names and shapes of the gradients")
    equal([gradient.requires_grad for gradient in found.values()], [False] * 2, "whether they have a graph")


def test_the_model_and_its_own_gradients_stay_as_they_were(solution, device):
    model = linear(device)
    model.weight.grad = tensor([[7.0, 8.0]], device)
    solution.sample_gradients(model, tensor(INPUTS, device), tensor(TARGETS, device), 0.5)
    close(model.weight, [WEIGHT], "the weight afterwards")
    close(model.weight.grad, [[7.0, 8.0]], "the weight's own .grad afterwards")
    equal(model.bias.grad, None, "the bias's own .grad afterwards")
    equal(
        [p.requires_grad for p in model.parameters()],
        [True, True],
        "whether the parameters still require grad",
    )


def test_a_model_in_either_mode_stays_in_it(solution, device):
    for training in (True, False):
        model = linear(device).train(training)
        solution.sample_gradients(model, tensor(INPUTS, device), tensor(TARGETS, device), 0.5)
        equal(model.training, training, "whether the model is in training mode afterwards")


@pytest.mark.parametrize(("samples", "targets"), [(0, 0), (3, 2), (1, 3)])
def test_each_sample_needs_a_target(solution, device, samples, targets):
    with raises(ValueError, "samples", f"{samples} samples with {targets} targets"):
        solution.sample_gradients(
            linear(device), tensor(INPUTS, device)[:samples], tensor(TARGETS, device)[:targets], 0.5
        )


# The documented failure


@pytest.mark.parametrize("decay", [0.5, 0.0])
def test_every_sample_gets_the_gradient_of_the_penalty_alone(broken, device, decay):
    _, found = gradients_of(broken, device, decay=decay)
    close(found["weight"], [[[decay * w for w in WEIGHT]]] * 3, f"gradients of the weight, decay {decay}")
    close(found["bias"], [[decay * BIAS]] * 3, f"gradients of the bias, decay {decay}")
