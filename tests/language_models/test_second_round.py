"""Tuning an adapter again: what `load_adapter` and `tuning_optimizer` promise.

The model of these tests has a base layer, and two adapters beside it that are called `a` and `ref`. Each
adapter has a matrix and a vector. Every parameter has a part in the output.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

A = ["layers.0.adapters.a.bias", "layers.0.adapters.a.weight"]
REF = ["layers.0.adapters.ref.bias", "layers.0.adapters.ref.weight"]
BASE = ["layers.0.base.bias", "layers.0.base.weight"]
LR = 0.25


class Layer(torch.nn.Module):
    def __init__(self, **options):
        super().__init__()
        self.base = torch.nn.Linear(2, 3, **options)
        adapters = {name: torch.nn.Linear(2, 3, **options) for name in ("a", "ref")}
        self.adapters = torch.nn.ModuleDict(adapters)

    def forward(self, x):
        return self.base(x) + sum(adapter(x) for adapter in self.adapters.values())


class Model(torch.nn.Module):
    def __init__(self, device):
        super().__init__()
        self.layers = torch.nn.ModuleList([Layer(dtype=torch.float64, device=device)])
        for k, value in enumerate(self.parameters()):
            places = torch.arange(value.numel(), dtype=torch.float64, device=device)
            value.data = torch.cos(places * places + k).reshape(value.shape)

    def forward(self, x):
        return self.layers[0](x)


def saved(device, adapter="a"):
    """Values for one of the adapters."""
    options = {"dtype": torch.float64, "device": device}
    names = f"layers.0.adapters.{adapter}.weight", f"layers.0.adapters.{adapter}.bias"
    return {names[0]: torch.full((3, 2), 0.5, **options), names[1]: torch.full((3,), -1.0, **options)}


def values(model):
    return {name: value.detach().clone() for name, value in model.named_parameters()}


def learning(model):
    return sorted(name for name, value in model.named_parameters() if value.requires_grad)


def in_optimizer(model, optimizer):
    held = [p for group in optimizer.param_groups for p in group["params"]]
    return sorted(name for name, value in model.named_parameters() if any(value is p for p in held)), len(
        held
    )


def one_step(model, optimizer, device):
    """A step on a loss that has a graph even if no parameter learns, as with checkpointing."""
    x = torch.tensor([[1.0, 2.0]], dtype=torch.float64, device=device).requires_grad_()
    model(x).sum().backward()
    optimizer.step()


# What they promise


@pytest.mark.parametrize("adapter", ["a", "ref"])
def test_a_loaded_adapter_learns_in_the_second_round(solution, device, adapter):
    model = Model(device)
    solution.load_adapter(model, adapter, saved(device, adapter))
    optimizer = solution.tuning_optimizer(model, adapter, LR)
    names = A if adapter == "a" else REF
    equal(learning(model), names, "the parameters that learn after loading")
    equal(
        in_optimizer(model, optimizer),
        (names, 2),
        "the model's parameters in the optimizer, and how many it has",
    )


def test_a_step_moves_the_loaded_adapter_and_nothing_else(solution, device):
    model = Model(device)
    solution.load_adapter(model, "a", saved(device))
    before = values(model)
    one_step(model, solution.tuning_optimizer(model, "a", LR), device)
    # AdamW: the decay, then a first step of the learning rate against the sign of the gradient
    want = before | {A[0]: before[A[0]] - LR, A[1]: before[A[1]] * (1 - LR * 0.125) - LR}
    for name, value in values(model).items():
        close(value, want[name], f"{name} after a step", rtol=1e-6, atol=1e-6)


def test_it_makes_no_difference_who_froze_the_model(solution, device):
    for freeze in (
        lambda model: model.requires_grad_(False),
        lambda model: model.layers.requires_grad_(False),
        lambda model: model.layers[0].adapters["a"].weight.requires_grad_(False),
    ):
        model = Model(device)
        freeze(model)
        solution.tuning_optimizer(model, "a", LR)
        equal(learning(model), A, "the parameters that learn in a model that was frozen")


def test_the_rounds_can_change_the_adapter(solution, device):
    model = Model(device)
    for adapter, names in (("a", A), ("ref", REF), ("a", A), ("a", A)):
        optimizer = solution.tuning_optimizer(model, adapter, LR)
        equal(learning(model), names, f"the parameters that learn in a round for {adapter}")
        equal(in_optimizer(model, optimizer), (names, 2), f"the parameters in the optimizer for {adapter}")


def test_an_adapter_can_have_several_layers(solution, device):
    layers = [torch.nn.Linear(2, 2, dtype=torch.float64, device=device) for _ in range(4)]
    adapters = torch.nn.ModuleDict({"a": torch.nn.Sequential(*layers[:2]), "ref": layers[2]})
    model = torch.nn.ModuleDict({"base": layers[3], "adapters": adapters}).requires_grad_(False)
    optimizer = solution.tuning_optimizer(model, "a", LR)
    names = [f"adapters.a.{k}.{part}" for k in (0, 1) for part in ("bias", "weight")]
    equal(learning(model), names, "the parameters that learn, of an adapter of two layers")
    equal(in_optimizer(model, optimizer), (names, 4), "the parameters in the optimizer, of two layers")


# What already works and must stay


@pytest.mark.parametrize("adapter", ["a", "ref"])
def test_in_a_new_model_only_the_adapter_learns(solution, device, adapter):
    model = Model(device)
    optimizer = solution.tuning_optimizer(model, adapter, LR)
    names = A if adapter == "a" else REF
    equal(learning(model), names, "the parameters that learn in a new model")
    equal(
        in_optimizer(model, optimizer),
        (names, 2),
        "the model's parameters in the optimizer, and how many it has",
    )


def test_matrices_are_decayed_and_vectors_are_not(solution, device):
    model = Model(device)
    optimizer = solution.tuning_optimizer(model, "a", LR)
    equal(type(optimizer), torch.optim.AdamW, "the type of the optimizer")
    decays = {}
    for group in optimizer.param_groups:
        equal(group["lr"], LR, "the learning rate of a group")
        decays |= {p.ndim: group["weight_decay"] for p in group["params"]}
    equal(decays, {2: 0.125, 1: 0.0}, "the weight decay by number of dimensions")


def test_a_loaded_adapter_is_for_use(solution, device):
    model = Model(device)
    before = values(model)
    solution.load_adapter(model, "a", saved(device))
    equal(learning(model), [], "the parameters that learn after loading for use")
    for name, value in values(model).items():
        close(value, saved(device).get(name, before[name]), f"{name} after loading")


def test_the_saved_values_are_left_alone(solution, device):
    model, state = Model(device), saved(device)
    solution.load_adapter(model, "a", state)
    with torch.no_grad():
        for value in model.parameters():
            value += 1
    equal(state, saved(device), "the saved values after the model they were loaded into has changed")


def test_preparing_a_round_changes_no_number(solution, device):
    model = Model(device)
    before = values(model)
    solution.tuning_optimizer(model, "a", LR)
    equal(values(model), before, "the parameters after a round was prepared")


def test_a_state_of_another_adapter_is_an_error(solution, device):
    model = Model(device)
    before = values(model)
    for name in (REF[1], BASE[0], "layers.0.adapters.a.scale"):
        with raises(KeyError, name, f"loading {name} into a"):
            solution.load_adapter(model, "a", saved(device) | {name: torch.zeros(3, 2, device=device)})
    equal(values(model), before, "the parameters after the error")
    equal(learning(model), sorted(A + REF + BASE), "the parameters that learn after the error")


@pytest.mark.parametrize("adapter", ["b", "", "adapter", "re"])
def test_a_missing_adapter_is_an_error(solution, device, adapter):
    model = Model(device)
    with raises(ValueError, "no adapter", f"tuning the adapter {adapter!r}"):
        solution.tuning_optimizer(model, adapter, LR)
    equal(learning(model), sorted(A + REF + BASE), "the parameters that learn after the error")


# The documented failure


def test_after_loading_nothing_learns(broken, device):
    model = Model(device)
    broken.load_adapter(model, "a", saved(device))
    optimizer = broken.tuning_optimizer(model, "a", LR)
    equal(learning(model), [], "the parameters that learn after loading")
    equal(in_optimizer(model, optimizer), ([], 0), "the parameters in the optimizer, and how many it has")


def test_four_steps_change_nothing(broken, device):
    model = Model(device)
    broken.load_adapter(model, "a", saved(device))
    before, optimizer = values(model), broken.tuning_optimizer(model, "a", LR)
    for _ in range(4):
        one_step(model, optimizer, device)
    equal(values(model), before, "the parameters after four steps")
