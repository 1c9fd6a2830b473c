"""`train_step` takes one step on the sum of several errors that share a body: every parameter gets
the gradient of the sum, from one run of the body."""

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

LR, MOMENTUM = 0.125, 0.5
BODY = [[0.5, -1.0], [1.0, 0.25]]
HEADS = {"price": [1.0, -0.5], "size": [0.5, 1.0], "age": [-1.0, 0.25]}
INPUTS = [[1.0, 0.5], [0.0, -1.0], [0.5, 0.5]]
TARGETS = {"price": [1.0, 0.0, -1.0], "size": [0.5, -0.5, 1.0], "age": [0.0, 2.0, 1.0]}


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


class Body(torch.nn.Module):
    """tanh of a linear map; `drops` names, run by run, the feature that is set to zero."""

    def __init__(self, device, drops=()):
        super().__init__()
        self.weight = torch.nn.Parameter(tensor(BODY, device))
        self.drops, self.runs = drops, 0

    def forward(self, inputs):
        features = torch.tanh(inputs @ self.weight.T)
        keep = torch.ones_like(features)
        if self.drops:
            keep[:, self.drops[self.runs % len(self.drops)]] = 0.0
        self.runs += 1
        return features * keep


class Head(torch.nn.Module):
    def __init__(self, weight, device):
        super().__init__()
        self.weight = torch.nn.Parameter(tensor(weight, device))

    def forward(self, features):
        return (features @ self.weight).reshape(-1, 1)


class Model:
    """Body, heads, data and an optimizer that counts its steps."""

    def __init__(self, device, names, momentum=0.0, drops=()):
        self.body = Body(device, drops)
        self.heads = torch.nn.ModuleDict({name: Head(HEADS[name], device) for name in names})
        self.inputs = tensor(INPUTS, device)
        self.targets = {name: tensor(TARGETS[name], device).reshape(-1, 1) for name in names}
        parameters = [self.body.weight, *(head.weight for head in self.heads.values())]
        self.optimizer = torch.optim.SGD(parameters, lr=LR, momentum=momentum)
        self.steps = 0
        self.optimizer.register_step_post_hook(self.count)

    def count(self, *_):
        self.steps += 1

    def train(self, module):
        return module.train_step(self.body, self.heads, self.optimizer, self.inputs, self.targets)

    def weights(self):
        return {"body": self.body.weight, **{name: head.weight for name, head in self.heads.items()}}


def errors_of(weights, inputs, targets, keep=1.0):
    features = torch.tanh(inputs @ weights["body"].T) * keep
    return {name: ((features @ weights[name] - target[:, 0]) ** 2).mean() for name, target in targets.items()}


def slopes_of(weights, inputs, targets, keep=1.0):
    """The derivatives of the sum of the errors, written out."""
    tanh = torch.tanh(inputs @ weights["body"].T)
    slopes = {"body": torch.zeros_like(weights["body"])}
    for name, target in targets.items():
        slope = 2 * (tanh * keep @ weights[name] - target[:, 0]) / len(inputs)  # d error / d prediction
        slopes[name] = (tanh * keep).T @ slope
        slopes["body"] += (torch.outer(slope, weights[name]) * keep * (1 - tanh**2)).T @ inputs
    return slopes


def training(model, steps, momentum=0.0, keep=1.0):
    """The weights after so many steps, and the errors before each."""
    weights = {name: weight.detach().clone() for name, weight in model.weights().items()}
    speed = {name: torch.zeros_like(weight) for name, weight in weights.items()}
    errors = []
    for _ in range(steps):
        values = errors_of(weights, model.inputs, model.targets, keep)
        errors.append({name: error.item() for name, error in values.items()})
        slopes = slopes_of(weights, model.inputs, model.targets, keep)
        speed = {name: momentum * speed[name] + slopes[name] for name in weights}
        weights = {name: weights[name] - LR * speed[name] for name in weights}
    return weights, errors


def require_weights(model, wanted, what):
    for name, weight in model.weights().items():
        close(weight, wanted[name], f"weights of {name} {what}")


# What train_step promises


@pytest.mark.parametrize(
    "names",
    [["price", "size"], ["size", "price"], ["price", "size", "age"]],
    ids=["two", "mirrored", "three"],
)
@pytest.mark.parametrize("momentum", [0.0, MOMENTUM])
def test_four_steps_follow_the_gradient_of_the_sum(solution, device, names, momentum):
    model = Model(device, names, momentum)
    wanted, wanted_errors = training(model, 4, momentum)
    errors = [model.train(solution) for _ in range(4)]
    require_weights(model, wanted, f"after 4 steps on the heads {', '.join(names)}")
    for step in range(4):
        equal(type(errors[step]).__name__, "dict", f"type of what step {step + 1} returns")
        equal(sorted(errors[step]), sorted(names), f"names of the errors of step {step + 1}")
        got, expected = ([by_name[name] for name in names] for by_name in (errors[step], wanted_errors[step]))
        close(got, expected, f"errors of the heads at step {step + 1}")


def test_the_body_moves_along_the_gradient_of_the_sum(solution, device):
    model = Model(device, ["price", "size"])
    weights = {name: weight.detach().clone() for name, weight in model.weights().items()}

    def total(at):
        return sum(errors_of({**weights, "body": at}, model.inputs, model.targets).values())

    model.train(solution)
    gradients.compare(
        (weights["body"] - model.body.weight.detach()) / LR,
        analytic=slopes_of(weights, model.inputs, model.targets)["body"],
        numeric=gradients.central_difference(total, weights["body"]),
        what="gradient of the body",
    ).require()


def test_one_step_is_one_run_of_the_body_and_one_step_of_the_optimizer(solution, device):
    model = Model(device, ["price", "size", "age"])
    model.train(solution)
    equal(model.body.runs, 1, "runs of the body in one step on three heads")
    equal(model.steps, 1, "steps of the optimizer in one step on three heads")


def test_all_heads_see_the_features_of_the_same_run_of_the_body(solution, device):
    model = Model(device, ["price", "size"], drops=[0, 1])
    keep = tensor([0.0, 1.0], device)  # the first run drops the first feature
    wanted, _ = training(model, 1, keep=keep)
    model.train(solution)
    require_weights(model, wanted, "after a step with the first feature dropped")


# What already works and must stay


def test_one_head_is_trained_like_any_model(solution, device):
    model = Model(device, ["price"], MOMENTUM)
    wanted, wanted_errors = training(model, 4, MOMENTUM)
    errors = [model.train(solution) for _ in range(4)]
    require_weights(model, wanted, "after 4 steps on one head")
    close(
        [error["price"] for error in errors], [error["price"] for error in wanted_errors], "errors of 4 steps"
    )


@pytest.mark.parametrize(
    "fault", ["no head", "no sample", "a head without a target", "a target without a head"]
)
def test_heads_and_targets_that_do_not_match_are_refused_and_nothing_changes(solution, device, fault):
    model = Model(device, ["price", "size"])
    before = {name: weight.detach().clone() for name, weight in model.weights().items()}
    if fault == "no head":
        model.heads, model.targets = torch.nn.ModuleDict(), {}
    elif fault == "no sample":
        model.inputs = model.inputs[:0]
        model.targets = {name: target[:0] for name, target in model.targets.items()}
    else:
        del (model.targets if fault == "a head without a target" else model.heads)["size"]
    model.body.weight.grad = torch.full_like(model.body.weight, 7.0)
    with raises(ValueError, "heads", fault):
        model.train(solution)
    close(model.body.weight.grad, [[7.0, 7.0], [7.0, 7.0]], f"gradient of the body with {fault}")
    equal(model.steps, 0, f"steps of the optimizer with {fault}")
    equal(model.body.weight.detach(), before["body"], f"weights of the body with {fault}")


# The documented failure


@pytest.mark.parametrize("names", [["price", "size"], ["price", "size", "age"]], ids=["two", "three"])
def test_the_second_head_raises_and_no_step_is_taken(broken, device, names):
    model = Model(device, names)
    with raises(RuntimeError, "backward through the graph a second time", f"a step on {len(names)} heads"):
        model.train(broken)
    equal(model.steps, 0, "steps of the optimizer when the second head raised")
