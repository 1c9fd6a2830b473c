"""Parameter groups for weight decay: what `parameter_groups` and `make_optimizer` promise.

With gradients of zero, an AdamW only lets the weights decay: each step multiplies them by 1 - lr * decay.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

LR, DECAY = 0.25, 0.5


class Scale(torch.nn.Module):
    """A layer of one's own making: a gain or a matrix, and no class that anybody knows."""

    def __init__(self, shape, device):
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(shape, dtype=torch.float64, device=device))


def layer(kind, *sizes, device, **options):
    return kind(*sizes, dtype=torch.float64, device=device, **options)


def model_of(device, **layers):
    """A model from layers by name; nobody runs it."""
    model = torch.nn.Module()
    for name, module in layers.items():
        model.add_module(name, module)
    return model


def encoder(device):
    """Names as in BERT."""
    return model_of(
        device,
        embeddings=layer(torch.nn.Embedding, 5, 3, device=device),
        dense=layer(torch.nn.Linear, 3, 3, device=device),
        LayerNorm=layer(torch.nn.LayerNorm, 3, device=device),
    )


def decoder(device):
    """Names as in other models, and a matrix whose name has a norm in it, and one that has a bias in it."""
    model = model_of(
        device,
        norm1=layer(torch.nn.LayerNorm, 3, device=device),
        layer_norm=layer(torch.nn.LayerNorm, 3, device=device, bias=False),
        ln_f=Scale(3, device),
        bn=layer(torch.nn.BatchNorm1d, 3, device=device),
        conv=layer(torch.nn.Conv1d, 3, 2, 1, device=device),
        norm_proj=layer(torch.nn.Linear, 3, 2, device=device),
        relative_attention_bias=layer(torch.nn.Embedding, 4, 2, device=device),
    )
    model.temperature = torch.nn.Parameter(torch.ones((), dtype=torch.float64, device=device))
    return model


def names(model, parameters):
    """The names of these parameters, sorted; what isn't the model's own is "another tensor"."""
    known = {id(parameter): name for name, parameter in model.named_parameters()}
    return sorted(known.get(id(parameter), "another tensor") for parameter in parameters)


def expected(model):
    """The names by group, sorted, by the number of dimensions."""
    by_group = [], []
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            by_group[parameter.dim() < 2].append(name)
    return [sorted(group) for group in by_group]


def decay(optimizer, model, steps=2):
    """Take steps with gradients of zero; the factor by which each parameter shrank, by name."""
    before = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}
    for _ in range(steps):
        for parameter in model.parameters():
            parameter.grad = torch.zeros_like(parameter)
        optimizer.step()
    with torch.no_grad():
        return {
            name: float(parameter.abs().sum() / before[name].abs().sum())
            for name, parameter in model.named_parameters()
            if before[name].any()
        }


# What they promise


def test_matrices_are_in_the_group_with_decay_whatever_their_names(solution, device):
    model = decoder(device)
    first, second = (names(model, group["params"]) for group in solution.parameter_groups(model, DECAY))
    for name in ("relative_attention_bias.weight", "norm_proj.weight", "conv.weight"):
        equal(
            (name in first, name in second), (True, False), f"whether {name} decays, and whether it doesn't"
        )


def test_vectors_are_in_the_group_without_decay_whatever_their_names(solution, device):
    model = decoder(device)
    first, second = (names(model, group["params"]) for group in solution.parameter_groups(model, DECAY))
    vectors = [name for name, parameter in model.named_parameters() if parameter.dim() == 1]
    for name in vectors:
        equal(
            (name in first, name in second), (False, True), f"whether {name} decays, and whether it doesn't"
        )
    equal(len(first) + len(second), len(vectors) + 4, "the number of parameters in both groups")


def test_a_single_number_is_in_the_group_without_decay(solution, device):
    model = decoder(device)
    first, second = (names(model, group["params"]) for group in solution.parameter_groups(model, DECAY))
    where = "temperature" in first, "temperature" in second
    equal(where, (False, True), "whether the temperature decays, and whether it doesn't")


def test_gains_keep_their_size_and_matrices_shrink(solution, device):
    model = decoder(device)
    torch.nn.init.ones_(model.norm_proj.bias)
    shrunk = decay(solution.make_optimizer(model, LR, DECAY), model)
    for name in ("norm1.weight", "layer_norm.weight", "ln_f.scale", "bn.weight", "temperature"):
        close(shrunk[name], 1.0, f"the size of {name} after two steps without gradient, as a part of before")
    for name in ("conv.weight", "norm_proj.weight", "relative_attention_bias.weight"):
        wanted = (1 - LR * DECAY) ** 2
        close(
            shrunk[name], wanted, f"the size of {name} after two steps without gradient, as a part of before"
        )


def test_a_matrix_of_a_layer_that_nobody_knows_decays(solution, device):
    model = model_of(device, mixture=Scale((3, 2), device), dense=layer(torch.nn.Linear, 3, 3, device=device))
    first, second = (names(model, group["params"]) for group in solution.parameter_groups(model, DECAY))
    where = "mixture.scale" in first, "mixture.scale" in second
    equal(where, (True, False), "whether the mixture decays, and whether it doesn't")


# What already works and must stay


def test_an_encoder_gets_its_two_groups(solution, device):
    model = encoder(device)
    groups = solution.parameter_groups(model, DECAY)
    equal(len(groups), 2, "the number of groups")
    close([group["weight_decay"] for group in groups], [DECAY, 0.0], "the decay of both groups")
    shrunk = decay(solution.make_optimizer(model, LR, DECAY), model)
    close(shrunk["dense.weight"], (1 - LR * DECAY) ** 2, "the part of dense.weight that two steps leave")
    close(shrunk["embeddings.weight"], (1 - LR * DECAY) ** 2, "the part of embeddings.weight that is left")
    close(shrunk["LayerNorm.weight"], 1.0, "the part of LayerNorm.weight that two steps leave")
    close(shrunk["dense.bias"], 1.0, "the part of dense.bias that two steps leave")


def test_a_matrix_of_one_row_or_one_column_is_a_matrix(solution, device):
    model = model_of(
        device,
        score=layer(torch.nn.Linear, 3, 1, device=device),
        spread=layer(torch.nn.Linear, 1, 3, device=device),
        factor=layer(torch.nn.Linear, 1, 1, device=device),
    )
    first, second = solution.parameter_groups(model, DECAY)
    wanted = expected(model)
    equal(
        names(model, first["params"]), wanted[0], "the parameters in the group with decay, of narrow layers"
    )
    equal(names(model, second["params"]), wanted[1], "the parameters in the group without decay")


def test_what_is_frozen_is_in_no_group(solution, device):
    model = decoder(device)
    model.conv.requires_grad_(False)
    model.norm1.weight.requires_grad_(False)
    groups = solution.parameter_groups(model, DECAY)
    present = names(model, [parameter for group in groups for parameter in group["params"]])
    wanted = [name for name, parameter in model.named_parameters() if parameter.requires_grad]
    equal(present, sorted(wanted), "all parameters in the groups, of a model with frozen layers")


def test_a_weight_that_two_layers_share_is_in_one_group_once(solution, device):
    model = encoder(device)
    model.head = layer(torch.nn.Linear, 3, 5, device=device)
    model.head.weight = model.embeddings.weight
    groups = solution.parameter_groups(model, DECAY)
    present = names(model, [parameter for group in groups for parameter in group["params"]])
    equal(present.count("embeddings.weight"), 1, "how often the shared weight is in the groups")
    equal(len(present), len(list(model.parameters())), "the number of parameters in both groups")


def test_the_order_is_that_of_the_model(solution, device):
    model = encoder(device)
    rank = {id(parameter): k for k, parameter in enumerate(model.parameters())}
    for group in solution.parameter_groups(model, DECAY):
        places = [rank[id(parameter)] for parameter in group["params"]]
        equal(places, sorted(places), "the places in the model of a group's parameters")


def test_the_optimizer_is_an_adamw_with_the_rate_given(solution, device):
    optimizer = solution.make_optimizer(encoder(device), LR, DECAY)
    equal(isinstance(optimizer, torch.optim.AdamW), True, "whether the optimizer is an AdamW")
    close([group["lr"] for group in optimizer.param_groups], [LR, LR], "the rates of both groups")


def test_nothing_to_train_is_refused(solution, device):
    model = encoder(device).requires_grad_(False)
    with raises(ValueError, "requires a gradient", "a model that is frozen as a whole"):
        solution.parameter_groups(model, DECAY)


# The documented failure


def test_gains_of_norms_with_other_names_decay(broken, device):
    model = decoder(device)
    shrunk = decay(broken.make_optimizer(model, LR, DECAY), model)
    for name in ("norm1.weight", "layer_norm.weight", "ln_f.scale", "bn.weight", "temperature"):
        close(shrunk[name], (1 - LR * DECAY) ** 2, f"the part of {name} that two steps leave")


def test_a_table_that_is_called_a_bias_does_not_decay(broken, device):
    model = decoder(device)
    shrunk = decay(broken.make_optimizer(model, LR, DECAY), model)
    close(shrunk["relative_attention_bias.weight"], 1.0, "the part of the table that two steps leave")
