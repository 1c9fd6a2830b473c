"""Recomputed blocks on frozen vectors: what `score` promises.

The loss is a weighted sum of the scores. Its gradients are compared with central differences, and under
dropout with a plain pass through the same blocks from the same random state.
"""

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

TOKENS = [[0, 2, 1], [3, 3, 0]]
WEIGHTS = [[1.0, -2.0], [0.5, 3.0]]


class Reader(torch.nn.Module):
    """A table that is frozen, blocks, a head, and the function under test between them."""

    def __init__(self, score, depth=2, dropout=0.0, width=3):
        super().__init__()
        self.score = score
        self.embedding = torch.nn.Embedding(5, width).requires_grad_(False)
        layers = torch.nn.Linear, torch.nn.Tanh, torch.nn.Dropout
        self.blocks = torch.nn.ModuleList(
            torch.nn.Sequential(layers[0](width, width), layers[1](), layers[2](dropout))
            for _ in range(depth)
        )
        self.head = torch.nn.Linear(width, 2)

    def forward(self, tokens):
        return self.score(self.embedding, self.blocks, self.head, tokens)


def reader(module, device, depth=2, dropout=0.0, width=3):
    """A reader in training mode, with the same weights for the same sizes."""
    model = Reader(module.score, depth, dropout, width).to(device, torch.float64)
    generator = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.rand(parameter.shape, generator=generator, dtype=torch.float64) - 0.5)
    return model.train()


def inputs(device):
    return torch.tensor(TOKENS, device=device), torch.tensor(WEIGHTS, dtype=torch.float64, device=device)


def loss_of(model, device):
    tokens, weights = inputs(device)
    return (model(tokens) * weights).sum()


def plain_scores(model, tokens):
    hidden = model.embedding(tokens)
    for block in model.blocks:
        hidden = hidden + block(hidden)
    return model.head(hidden.mean(dim=1))


def slope(model, parameter, device):
    """Central differences of the loss of a plain pass along one parameter."""
    tokens, weights = inputs(device)
    kept = parameter.detach().clone()

    def objective(values):
        with torch.no_grad():
            parameter.copy_(values)
            result = (plain_scores(model, tokens) * weights).sum()
            parameter.copy_(kept)
        return result

    return gradients.central_difference(objective, kept)


def check(model, device, factor=1.0):
    """Every trained parameter has `factor` times the gradient that differences find."""
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            wanted = factor * slope(model, parameter, device)
            close(parameter.grad, wanted, f"the gradient of {name}", rtol=1e-6, atol=1e-8)


# What score promises


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_every_block_has_its_gradient(solution, device, depth):
    model = reader(solution, device, depth)
    loss_of(model, device).backward()
    check(model, device)


def test_the_gradient_inside_a_larger_loss(solution, device):
    model = reader(solution, device)
    loss = loss_of(model, device)
    (loss.square() / 2 - 3 * loss).backward()
    check(model, device, factor=loss.item() - 3)


def test_each_block_runs_once_more_in_the_backward_pass(solution, device):
    model, runs = reader(solution, device, depth=3), []
    for k, block in enumerate(model.blocks):
        block[0].register_forward_pre_hook(lambda module, args, k=k: runs.append(k))
    loss = loss_of(model, device)
    equal(runs, [0, 1, 2], "the blocks that ran in the forward pass")
    loss.backward()
    equal(sorted(runs), [0, 0, 1, 1, 2, 2], "the blocks that ran in both passes")


def test_dropout_drops_the_same_in_both_passes(solution, device):
    model = reader(solution, device, dropout=0.5, width=6)
    tokens, weights = inputs(device)
    torch.manual_seed(3)
    loss = loss_of(model, device)
    torch.rand(5, device=device)  # what other code draws in between
    loss.backward()
    got = {name: p.grad.clone() for name, p in model.named_parameters() if p.grad is not None}
    model.zero_grad()
    torch.manual_seed(3)
    (plain_scores(model, tokens) * weights).sum().backward()
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            close(got.get(name), parameter.grad, f"the gradient of {name} under dropout")


def test_steps_move_all_blocks_and_not_the_table(solution, device):
    model = reader(solution, device, depth=3)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.5)
    for _ in range(4):
        optimizer.zero_grad()
        loss_of(model, device).backward()
        optimizer.step()
    moved = {name: not torch.equal(value, before[name]) for name, value in model.state_dict().items()}
    equal(moved, {name: name != "embedding.weight" for name in before}, "which tensors have moved")
    equal(model.embedding.weight.grad, None, "the gradient of the frozen table")
    equal(model.embedding.weight.requires_grad, False, "whether the table requires a gradient")


# What already works and must stay


def test_the_table_is_frozen_while_it_is_looked_up(solution, device):
    model, seen = reader(solution, device), []
    model.embedding.register_forward_hook(lambda table, *_: seen.append(table.weight.requires_grad))
    loss_of(model, device).backward()
    equal(seen, [False], "whether the table requires a gradient during its only lookup")


def test_an_unfrozen_table_is_trained_as_well(solution, device):
    model = reader(solution, device)
    model.embedding.weight.requires_grad_(True)
    loss_of(model, device).backward()
    check(model, device)


def test_in_evaluation_each_block_runs_once(solution, device):
    model, runs = reader(solution, device, dropout=0.5).eval(), []
    for k, block in enumerate(model.blocks):
        block[0].register_forward_pre_hook(lambda module, args, k=k: runs.append(k))
    loss = loss_of(model, device)
    loss.backward()
    equal(runs, [0, 1], "the blocks that ran in evaluation mode")
    close(loss, (plain_scores(model, inputs(device)[0]) * inputs(device)[1]).sum(), "the loss")


def test_scores_are_those_of_a_plain_pass(solution, device):
    model = reader(solution, device)
    model.embedding.requires_grad_(True)
    tokens, _ = inputs(device)
    for mode in (True, False):
        model.train(mode)
        close(model(tokens).detach(), plain_scores(model, tokens), f"scores, training mode: {mode}")


@pytest.mark.parametrize("frozen", ["embedding.weight", "blocks.0.0.weight", "head.bias"])
def test_what_is_frozen_stays_frozen(solution, device, frozen):
    model = reader(solution, device).eval()
    model.embedding.weight.requires_grad_(True)
    model.get_parameter(frozen).requires_grad_(False)
    loss_of(model, device).backward()
    still = [name for name, parameter in model.named_parameters() if not parameter.requires_grad]
    equal(still, [frozen], "the frozen parameters after a pass")
    equal(model.get_parameter(frozen).grad, None, f"the gradient of {frozen}")
    check(model, device)


# The documented failure


@pytest.mark.parametrize("depth", [1, 3])
def test_no_block_but_the_head_has_a_gradient(broken, device, depth):
    model = reader(broken, device, depth)
    with pytest.warns(UserWarning, match="None of the inputs have requires_grad=True"):
        loss_of(model, device).backward()
    have = [name for name, p in model.named_parameters() if p.grad is not None]
    equal(have, ["head.weight", "head.bias"], "the parameters that have a gradient")
    wanted = slope(model, model.head.weight, device)
    close(model.head.weight.grad, wanted, "the gradient of the head", rtol=1e-6, atol=1e-8)
