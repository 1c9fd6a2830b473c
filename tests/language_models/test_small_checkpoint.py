"""Small files for tuned models: what `save_tuned` and `load_tuned` promise together.

The model of these tests has a table of words, a frozen layer with two small matrices beside it, a norm
with statistics, and a head. Training is played by adding a different number to everything that learns.
"""

import io

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64


class Layer(torch.nn.Module):
    """A frozen layer, and two small matrices whose product is added to it."""

    def __init__(self, **options):
        super().__init__()
        self.base = torch.nn.Linear(3, 3, **options)
        self.lora_a = torch.nn.Parameter(torch.zeros(1, 3, **options))
        self.lora_b = torch.nn.Parameter(torch.zeros(3, 1, **options))

    def forward(self, x):
        return self.base(x) + x @ self.lora_a.T @ self.lora_b.T


class Model(torch.nn.Module):
    """`learns`: the beginnings of the names of what isn't frozen."""

    def __init__(self, device, learns, start=0.0):
        super().__init__()
        options = {"dtype": torch.float64, "device": device}
        self.words = torch.nn.Embedding(5, 3, **options)
        self.layer = Layer(**options)
        self.norm = torch.nn.BatchNorm1d(3, **options)
        self.head = torch.nn.Linear(3, 4, **options)
        for k, (name, value) in enumerate(self.named_parameters()):
            places = torch.arange(value.numel(), dtype=torch.float64, device=device)
            value.data = (start + torch.sin(places * places + k)).reshape(value.shape)
            value.requires_grad_(name.startswith(learns))

    def forward(self, ids):
        return self.head(self.norm(self.layer(self.words(ids))))


def trained(model):
    """`model`, after everything that learns has moved."""
    for k, value in enumerate(model.parameters()):
        if value.requires_grad:
            value.data += 0.25 * (k + 1)
    model.norm.running_mean += 0.5
    model.norm.running_var *= 3
    model.norm.num_batches_tracked += 7
    return model.eval()


def sent(module, model, other):
    """`other`, after what was saved of `model` has been loaded into it; and the file."""
    file = io.BytesIO()
    module.save_tuned(model, file)
    file.seek(0)
    module.load_tuned(other, file)
    file.seek(0)
    return other.eval(), torch.load(file, weights_only=True)


LORA = ("layer.lora_",)
PARTS = {
    "words": (*LORA, "words"),
    "norm": (*LORA, "norm"),
    "head": (*LORA, "head"),
    "bias": (*LORA, "layer.base.bias"),
    "no_lora": ("norm.weight", "head.bias"),
    "all": ("",),
}


# What they promise


@pytest.mark.parametrize("learns", PARTS.values(), ids=PARTS.keys())
def test_everything_that_moved_arrives_and_the_answers_are_the_same(solution, device, learns):
    model = trained(Model(device, learns))
    other, _ = sent(solution, model, Model(device, learns))
    ids = torch.arange(5, device=device)
    close(other(ids).detach(), model(ids).detach(), f"answers where {learns} have been trained")
    for name, value in other.state_dict().items():
        close(value, model.state_dict()[name], f"{name} where {learns} have been trained")


@pytest.mark.parametrize("learns", PARTS.values(), ids=PARTS.keys())
def test_frozen_parameters_are_not_written(solution, device, learns):
    model, other = trained(Model(device, learns)), Model(device, learns, start=10.0)
    frozen = {
        name: value.detach().clone() for name, value in other.named_parameters() if not value.requires_grad
    }
    other, file = sent(solution, model, other)
    equal(
        sorted(file.keys() & frozen.keys()),
        [],
        f"frozen parameters in the file where {learns} have been trained",
    )
    for name, value in other.named_parameters():
        if name in frozen:
            close(value.detach(), frozen[name], f"the frozen {name} of the model that was loaded into")


# What already works and must stay


def test_small_matrices_alone_arrive(solution, device):
    model = trained(Model(device, LORA))
    other, _ = sent(solution, model, Model(device, LORA))
    ids = torch.arange(5, device=device)
    close(other(ids).detach(), model(ids).detach(), "answers where only the small matrices have been trained")


def test_the_statistics_of_a_norm_arrive(solution, device):
    model = trained(Model(device, LORA))
    other, _ = sent(solution, model, Model(device, LORA))
    for name in ("running_mean", "running_var"):
        close(getattr(other.norm, name), getattr(model.norm, name), f"{name} of the loaded model")
    equal(other.norm.num_batches_tracked.item(), 7, "num_batches_tracked of the loaded model")


def test_flags_and_the_tuned_model_stay(solution, device):
    learns = PARTS["words"]
    model = trained(Model(device, learns))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    flags = [value.requires_grad for value in model.parameters()]
    other, _ = sent(solution, model, Model(device, learns))
    equal(dict(model.state_dict()), before, "the tuned model after it was saved")
    for what, each in (("tuned", model), ("loaded", other)):
        equal(
            [value.requires_grad for value in each.parameters()], flags, f"requires_grad of the {what} model"
        )


def test_a_file_that_does_not_fit_is_an_error(solution, device):
    file, model, larger = io.BytesIO(), Model(device, LORA), Model(device, LORA, start=10.0)
    larger.layer.lora_c = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64, device=device))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    solution.save_tuned(larger, file)
    file.seek(0)
    with raises(KeyError, "layer.lora_c", "a file of a model with one matrix more"):
        solution.load_tuned(model, file)
    equal(dict(model.state_dict()), before, "the model after the error")


# The documented failure


@pytest.mark.parametrize("learns", [PARTS[name] for name in ("words", "norm", "head", "bias", "no_lora")])
def test_only_what_is_called_lora_arrives(broken, device, learns):
    model, base = trained(Model(device, learns)), Model(device, learns)
    start = {name: value.detach().clone() for name, value in base.named_parameters()}
    other, file = sent(broken, model, base)
    lora = ["layer.lora_a", "layer.lora_b"]
    equal(sorted(file.keys() & start.keys()), lora, "the parameters in the file")
    for name, value in other.named_parameters():
        if name not in lora:
            close(value.detach(), start[name], f"{name} of the loaded model")
