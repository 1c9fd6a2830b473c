"""Validation between two epochs: what `validate` promises.

It tells the error of the model as it would be used, and leaves no trace in it.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64


class Fragile(torch.nn.Module):
    """Adds 1 in training, and refuses numbers above 100."""

    def forward(self, inputs):
        if (inputs > 100).any():
            raise OverflowError("a number above 100")
        return inputs + 1 if self.training else inputs


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def norm(device):
    """Batch norm that moves half of the way to each batch of training; as used, it divides by 1."""
    return torch.nn.BatchNorm1d(1, momentum=0.5, eps=1e-30, affine=False, dtype=torch.float64, device=device)


def network(device):
    """A body of a norm and a dropout that loses everything in training, and a head with a norm of its own."""
    body = torch.nn.Sequential(norm(device), torch.nn.Dropout(1.0))
    return torch.nn.Sequential(body, torch.nn.Sequential(norm(device), Fragile()))


def modes(model):
    return {name or "the model": module.training for name, module in model.named_modules()}


def frozen_norm(device):
    """In training, except for the norm of the body, which is frozen."""
    model = network(device).train()
    model[0][0].eval()
    return model


def frozen_body(device):
    """In training, except for all of the body."""
    model = network(device).train()
    model[0].eval()
    return model


def head_in_training(device):
    """In evaluation, except for the head: only that one is being trained."""
    model = network(device).eval()
    model[1].train()
    return model


MIXED = [frozen_norm, frozen_body, head_in_training]
DATA = [[2.0], [4.0]], [[1.0], [1.0]]  # as used, the network says 2 and 4: the error is (1 + 9) / 2


# What validate promises


def test_the_model_is_still_in_training_afterwards(solution, device):
    model = network(device).train()
    before = modes(model)
    solution.validate(model, *(tensor(values, device) for values in DATA))
    equal(modes(model), before, "which modules are in training after validating a model in training")


@pytest.mark.parametrize("make", MIXED)
def test_every_module_keeps_its_own_mode(solution, device, make):
    model = make(device)
    before = modes(model)
    solution.validate(model, *(tensor(values, device) for values in DATA))
    equal(modes(model), before, f"which modules are in training after validating a model ({make.__name__})")


def test_training_continues_as_if_nobody_had_validated(solution, device):
    model = torch.nn.Sequential(norm(device), Fragile()).train()
    for epoch in range(1, 5):
        outputs = model(tensor([[6.0], [10.0]], device))  # mean 8, and ±1 once normalized
        close(outputs, [[0.0], [2.0]], f"the outputs in training in epoch {epoch}")
        close(model[0].running_mean, [8 - 8 * 0.5**epoch], f"the running mean after epoch {epoch}")
        solution.validate(model, *(tensor(values, device) for values in DATA))


@pytest.mark.parametrize("make", MIXED)
def test_a_model_that_raises_keeps_its_modes_too(solution, device, make):
    model = make(device)
    before = modes(model)
    with raises(OverflowError, "above 100", "validating on a number that the model refuses"):
        solution.validate(model, tensor([[500.0]], device), tensor([[1.0]], device))
    equal(modes(model), before, f"which modules are in training after the model raised ({make.__name__})")


# What already works and must stay


def test_the_error_is_the_one_of_the_model_in_use(solution, device):
    error = solution.validate(network(device).train(), *(tensor(values, device) for values in DATA))
    close(error, 5.0, "the error of a model that says 2 and 4 where 1 and 1 are right")


@pytest.mark.parametrize("make", MIXED)
def test_the_error_does_not_depend_on_the_modes(solution, device, make):
    error = solution.validate(make(device), *(tensor(values, device) for values in DATA))
    close(error, 5.0, f"the error of the same model in another state ({make.__name__})")


def test_a_model_in_evaluation_stays_there(solution, device):
    model = network(device).eval()
    before = modes(model)
    solution.validate(model, *(tensor(values, device) for values in DATA))
    equal(modes(model), before, "which modules are in training after validating a model in evaluation")


@pytest.mark.no_stand_in("it has no views in inference mode")
def test_parameters_buffers_and_gradients_do_not_change(solution, device):
    layer = torch.nn.Linear(1, 1, dtype=torch.float64, device=device)
    layer.weight.grad = torch.full_like(layer.weight, 7.0)
    layer.bias.requires_grad_(False)
    model = torch.nn.Sequential(layer, norm(device), torch.nn.Dropout(1.0)).train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    solution.validate(model, *(tensor(values, device) for values in DATA))
    for name, value in model.state_dict().items():
        equal(value, before[name], f"{name} after the validation")
    close(layer.weight.grad, [[7.0]], "the gradient that was there before the validation")
    asked = [layer.weight.requires_grad, layer.bias.requires_grad]
    equal(asked, [True, False], "requires_grad of the weight, and of the bias, which is frozen")
    equal(torch.is_grad_enabled(), True, "whether gradients are recorded after the validation")


def test_no_samples_are_refused_without_changing_a_mode(solution, device):
    model = frozen_norm(device)
    before = modes(model)
    with raises(ValueError, "no samples", "validating on no samples"):
        solution.validate(model, tensor(DATA[0], device)[:0], tensor(DATA[1], device)[:0])
    equal(modes(model), before, "which modules are in training after a call without samples")


# The documented failure


def test_no_module_is_in_training_any_more(broken, device):
    model = network(device).train()
    broken.validate(model, *(tensor(values, device) for values in DATA))
    equal(sum(modes(model).values()), 0, "the number of modules in training after the validation")


def test_only_the_first_epoch_is_trained(broken, device):
    model = torch.nn.Sequential(norm(device), Fragile()).train()
    means, last = [], []
    for _ in range(4):
        last.append(model(tensor([[6.0], [10.0]], device))[1].item())
        means.append(model[0].running_mean.item())
        broken.validate(model, *(tensor(values, device) for values in DATA))
    close(means, [4.0, 4.0, 4.0, 4.0], "the running mean after each of 4 epochs")
    # then by the running statistics: mean 4, and the variance half of 1 and half of 8, so 4.5
    close(last, [2.0] + [6 / 4.5**0.5] * 3, "the second output in training in each of 4 epochs")
