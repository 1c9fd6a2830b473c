"""A new head on a frozen backbone: what the module from `on_frozen_features` promises.

The backbone is as it was, in all its numbers and in all its features, and the head is trained as usual.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch

from torchkata.checks import close, equal

pytestmark = pytest.mark.float64


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def linear(weight, device):
    layer = torch.nn.Linear(1, 1, bias=False, dtype=torch.float64, device=device)
    torch.nn.init.constant_(layer.weight, weight)
    return layer


def backbone(device):
    """x -> 2 x -> x: a layer of weight 2, and two levels down a batch norm that has learned mean 0 and
    variance 4."""
    norm = torch.nn.BatchNorm1d(1, momentum=0.5, eps=1e-30, dtype=torch.float64, device=device)
    norm.running_var.fill_(4.0)
    return torch.nn.Sequential(linear(2.0, device), torch.nn.Sequential(norm))


def dropping_backbone(device):
    """x -> x, unless its dropout, which then loses everything, is switched on."""
    return torch.nn.Sequential(torch.nn.Dropout(1.0), linear(1.0, device))


class PlusOne(torch.nn.Module):
    """Adds 1 in training."""

    def forward(self, inputs):
        return inputs + 1 if self.training else inputs


INPUTS = [[6.0], [10.0]]  # doubled: mean 16, variance 32


def step(model, inputs, targets, lr):
    loss = (model(inputs) - targets).square().mean()
    loss.backward()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.grad is not None:
                parameter -= lr * parameter.grad
                parameter.grad = None


# What the module from on_frozen_features promises


def test_nothing_in_the_backbone_changes_in_training(solution, device):
    model = solution.on_frozen_features(backbone(device), linear(1.0, device))
    before = {name: value.clone() for name, value in model.backbone.state_dict().items()}
    for _ in range(4):
        model.train()
        step(model, tensor(INPUTS, device), tensor(INPUTS, device), lr=0.125)
    for name, value in model.backbone.state_dict().items():
        equal(value, before[name], f"backbone.{name} after 4 steps of training")


def test_a_new_module_is_frozen_before_anybody_calls_train(solution, device):
    model = solution.on_frozen_features(backbone(device).train(), linear(1.0, device))
    close(model(tensor(INPUTS, device)), INPUTS, "the outputs of a new module, with a head of weight 1")
    close(model.backbone[1][0].running_mean, [0.0], "the running mean after these outputs")


def test_the_features_are_those_of_the_pretrained_backbone(solution, device):
    model = solution.on_frozen_features(backbone(device), linear(1.0, device)).train()
    close(model(tensor(INPUTS, device)), INPUTS, "the outputs in training, with a head of weight 1")


def test_a_sample_does_not_depend_on_its_neighbors(solution, device):
    model = solution.on_frozen_features(backbone(device), linear(3.0, device)).train()
    for others in ([], [1.0], [50.0, -7.0]):
        outputs = model(tensor([[6.0], *([other] for other in others)], device))
        close(outputs[:1], [[18.0]], f"the output for the sample 6 beside {others}, in training")


def test_the_head_learns_on_the_right_features(solution, device):
    model = solution.on_frozen_features(backbone(device), linear(0.0, device)).train()
    inputs = tensor([[1.0], [-1.0]], device)
    weights = []
    for _ in range(4):
        step(model, inputs, 8 * inputs, lr=0.25)
        weights.append(model.head.weight.item())
    # the error is (w - 8)²: each step of 1/4 halves the way to 8
    close(weights, [4.0, 6.0, 7.0, 7.5], "the weight of the head after each of 4 steps")


def test_dropout_in_the_backbone_is_frozen_too(solution, device):
    model = solution.on_frozen_features(dropping_backbone(device), linear(1.0, device)).train()
    close(model(tensor(INPUTS, device)), INPUTS, "the outputs in training, dropout in the backbone")


def test_the_inputs_get_their_gradient_in_training(solution, device):
    model = solution.on_frozen_features(backbone(device), linear(3.0, device)).train()
    inputs = tensor(INPUTS, device).requires_grad_()
    model(inputs).sum().backward()
    close(inputs.grad, [[3.0], [3.0]], "the gradient of the outputs, 3 x, with respect to the inputs")


# What already works and must stay


def test_train_and_eval_work_on_the_head(solution, device):
    model = solution.on_frozen_features(linear(1.0, device), torch.nn.Sequential(PlusOne()))
    close(model(tensor([[3.0]], device)), [[4.0]], "the output of a new module, head in training")
    for turn in range(1, 4):
        model.eval()
        close(model(tensor([[3.0]], device)), [[3.0]], f"the output after eval(), turn {turn}")
        equal(model.training, False, f"model.training after eval(), turn {turn}")
        model.train()
        close(model(tensor([[3.0]], device)), [[4.0]], f"the output after train(), turn {turn}")
        equal(model.training, True, f"model.training after train(), turn {turn}")
    model.train(False)
    close(model(tensor([[3.0]], device)), [[3.0]], "the output after train(False)")


def test_train_and_eval_return_the_module(solution, device):
    model = solution.on_frozen_features(linear(1.0, device), linear(1.0, device))
    equal(model.eval() is model, True, "whether eval() returns the module")
    equal(model.train() is model, True, "whether train() returns the module")


def test_evaluation_uses_what_the_backbone_has_learned(solution, device):
    model = solution.on_frozen_features(backbone(device), linear(3.0, device)).eval()
    close(model(tensor(INPUTS, device)), [[18.0], [30.0]], "the outputs in evaluation mode")


def test_the_head_alone_requires_gradients(solution, device):
    model = solution.on_frozen_features(backbone(device), linear(1.0, device))
    trained = [name for name, parameter in model.named_parameters() if parameter.requires_grad]
    equal(trained, ["head.weight"], "the parameters that require a gradient")


def test_backbone_and_head_are_submodules_and_the_ones_given(solution, device):
    body, head = backbone(device), linear(1.0, device)
    model = solution.on_frozen_features(body, head)
    names = sorted(name for name, _ in model.named_children())
    equal(names, ["backbone", "head"], "the names of the submodules")
    equal(model.backbone is body, True, "whether `backbone` is the module given")
    equal(model.head is head, True, "whether `head` is the module given")


# The documented failure


def test_train_makes_the_backbone_statistics_move(broken, device):
    model = broken.on_frozen_features(backbone(device), linear(1.0, device))
    means = []
    for _ in range(4):
        model.train()
        step(model, tensor(INPUTS, device), tensor(INPUTS, device), lr=0.125)
        means.append(model.backbone[1][0].running_mean.item())
    close(means, [8.0, 12.0, 14.0, 15.0], "the running mean after each of 4 steps on a batch of mean 16")


def test_the_features_in_training_are_those_of_the_batch(broken, device):
    model = broken.on_frozen_features(backbone(device), linear(1.0, device)).train()
    close(model(tensor(INPUTS, device)), [[-1.0], [1.0]], "the outputs in training, where 6 and 10 are right")


def test_dropout_in_the_backbone_is_active_too(broken, device):
    model = broken.on_frozen_features(dropping_backbone(device), linear(1.0, device)).train()
    close(model(tensor(INPUTS, device)), [[0.0], [0.0]], "the outputs in training, dropout in the backbone")
