"""`load_body` gives the model the whole body of the checkpoint, or raises; the head stays as it was.

`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import io

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

PREFIX = {"plain": "", "wrapped": "module."}


def classifier(device, start, classes=3, layer="encoder"):
    """A body of one layer and a batch norm under a head; its entries are start, start + 1, and so on."""
    model = torch.nn.ModuleDict()
    model["body"] = torch.nn.Sequential()
    model["body"].add_module(layer, torch.nn.Linear(2, 2))
    model["body"].add_module("norm", torch.nn.BatchNorm1d(2))
    model["head"] = torch.nn.Linear(2, classes)
    model.to(dtype=torch.float64, device=device)
    with torch.no_grad():
        for number, value in enumerate(model.state_dict().values()):
            value.fill_(start + number)
    return Classifier(model)


class Classifier(torch.nn.Module):
    def __init__(self, parts):
        super().__init__()
        self.body, self.head = parts["body"], parts["head"]

    def forward(self, inputs):
        return self.head(self.body(inputs))


def saved(entries):
    """The entries, written by torch.save and ready to be read."""
    file = io.BytesIO()
    torch.save(entries, file)
    file.seek(0)
    return file


def entries(model, prefix=""):
    """A copy of the state of `model`, as if it had been saved, with a prefix to every key."""
    return {prefix + key: value.clone() for key, value in model.state_dict().items()}


def load(module, model, file, situation):
    """`load_body`, whose refusal, in whatever words, is a finding."""
    try:
        module.load_body(model, file)
    except RuntimeError as refusal:
        equal("refused", "loaded", f"{situation} (RuntimeError: {str(refusal).partition(chr(10))[0]})")


def require(model, expected, part, situation):
    """Every entry of that part of the model is what is expected."""
    for key, value in model.state_dict().items():
        if key.startswith(part):
            close(value, expected[key], f"{key} after {situation}")


# What load_body promises


@pytest.mark.parametrize("classes", [3, 9])
def test_the_body_of_a_wrapped_model_is_loaded(solution, device, classes):
    model, trained = classifier(device, start=100), classifier(device, start=0, classes=classes)
    load(solution, model, saved(entries(trained, "module.")), f"a wrapped model with {classes} classes")
    require(model, trained.state_dict(), "body.", f"loading a wrapped model with {classes} classes")


@pytest.mark.parametrize("kind", ["plain", "wrapped"])
@pytest.mark.parametrize("lost", ["body.encoder.weight", "body.norm.running_var"])
def test_a_checkpoint_without_an_entry_of_the_body_is_refused(solution, device, kind, lost):
    state = entries(classifier(device, start=0), PREFIX[kind])
    del state[PREFIX[kind] + lost]
    with raises(RuntimeError, "", f"a {kind} checkpoint without {lost}"):
        solution.load_body(classifier(device, start=100), saved(state))


@pytest.mark.parametrize("kind", ["plain", "wrapped"])
@pytest.mark.parametrize("extra", ["body.encoder.gain", "neck.weight", "encoder.body.norm.bias"])
def test_an_entry_of_neither_body_nor_head_is_refused(solution, device, kind, extra):
    state = entries(classifier(device, start=0), PREFIX[kind])
    state[PREFIX[kind] + extra] = torch.ones(2, dtype=torch.float64)
    with raises(RuntimeError, "", f"a {kind} checkpoint with an extra entry {extra}"):
        solution.load_body(classifier(device, start=100), saved(state))


# What already works and must stay


@pytest.mark.parametrize("classes", [3, 9])
def test_the_body_of_a_plain_model_is_loaded(solution, device, classes):
    model, trained = classifier(device, start=100), classifier(device, start=0, classes=classes)
    load(solution, model, saved(entries(trained)), f"a plain model with {classes} classes")
    require(model, trained.state_dict(), "body.", f"loading a plain model with {classes} classes")


@pytest.mark.parametrize("kind", ["plain", "wrapped"])
@pytest.mark.parametrize("classes", [3, 9])
def test_the_head_stays_as_it_is(solution, device, kind, classes):
    model, trained = classifier(device, start=100), classifier(device, start=0, classes=classes)
    before = entries(model)
    load(solution, model, saved(entries(trained, PREFIX[kind])), f"a {kind} model with {classes} classes")
    require(model, before, "head.", f"loading a {kind} model with {classes} classes")


def test_a_checkpoint_may_hold_the_body_alone(solution, device):
    model, trained = classifier(device, start=100), classifier(device, start=0)
    body = {key: value for key, value in entries(trained).items() if key.startswith("body.")}
    load(solution, model, saved(body), "a body without a head")
    require(model, trained.state_dict(), "body.", "loading a body without a head")


@pytest.mark.parametrize("layer", ["module", "head"])
def test_a_layer_of_the_body_may_have_any_name(solution, device, layer):
    model, trained = classifier(device, start=100, layer=layer), classifier(device, start=0, layer=layer)
    load(solution, model, saved(entries(trained)), f"a body with a layer called {layer}")
    require(model, trained.state_dict(), "body.", f"loading a body with a layer called {layer}")


@pytest.mark.parametrize("elements", [1, 3])
def test_an_entry_of_another_shape_is_refused(solution, device, elements):
    state = entries(classifier(device, start=0))
    state["body.norm.bias"] = torch.ones(elements, dtype=torch.float64)
    with raises(RuntimeError, "", f"a checkpoint whose body.norm.bias has {elements} elements in place of 2"):
        solution.load_body(classifier(device, start=100), saved(state))


def test_the_checkpoint_may_be_a_path(solution, device, tmp_path):
    model, trained = classifier(device, start=100), classifier(device, start=0)
    torch.save(trained.state_dict(), tmp_path / "trained.pt")
    load(solution, model, tmp_path / "trained.pt", "a path")
    require(model, trained.state_dict(), "body.", "loading from a path")


def test_the_parameters_stay_the_same_objects(solution, device):
    model = classifier(device, start=100)
    before = [id(parameter) for parameter in model.parameters()]
    load(solution, model, saved(entries(classifier(device, start=0))), "a plain model")
    same = [id(parameter) for parameter in model.parameters()] == before
    equal(same, True, "whether an optimizer that was made before loading still holds the parameters")


# The documented failure


@pytest.mark.parametrize("classes", [3, 9])
def test_nothing_of_a_wrapped_model_is_loaded_and_nobody_is_told(broken, device, classes):
    model = classifier(device, start=100)
    before = entries(model)
    wrapped = entries(classifier(device, start=0, classes=classes), "module.")
    load(broken, model, saved(wrapped), "a wrapped model")
    require(model, before, "", "loading a wrapped model")


@pytest.mark.parametrize("lost", ["body.encoder.weight", "body.norm.running_var"])
def test_an_entry_missing_from_the_checkpoint_keeps_its_value(broken, device, lost):
    model, trained = classifier(device, start=100), classifier(device, start=0)
    before, state = entries(model), entries(trained)
    del state[lost]
    load(broken, model, saved(state), f"a checkpoint without {lost}")
    require(model, state | {lost: before[lost]}, "body.", f"loading a checkpoint without {lost}")
