"""A tower of residual blocks: what `make_tower` and `fit` promise.

With one feature and no bias a block with weight w multiplies by 1 + w, and the tower by the product of all.
The slope of the output by one weight is the product of the others, times the input.
"""

import itertools
import math

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

WEIGHTS = [1.0, 2.0, 3.0]

RECORD = {
    "claim": "the gradient of each block is the slope of the output by the weight of this block alone",
    "oracle": "closed form: the product of 1 + w over the other blocks, times the input",
    "config": {"weights": WEIGHTS, "input": 1.0},
}


def answer(model, inputs):
    with torch.no_grad():
        return model(inputs)


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def tower(module, device, weights):
    """A tower of one feature, with one weight for each block, written in this order."""
    model = module.make_tower(width=1, count=len(weights), device=device, dtype=torch.float64)
    for block, weight in zip(model.blocks, weights):
        torch.nn.init.constant_(block.weight, weight)
    return model


def weights_of(model):
    return [block.weight.item() for block in model.blocks]


def slopes_at(weights):
    return [math.prod(1 + w for j, w in enumerate(weights) if j != k) for k in range(len(weights))]


def descent(weights, target, steps, lr):
    """(losses, weights): each weight follows its own slope of the squared error at the input 1."""
    losses = []
    for _ in range(steps):
        error = math.prod(1 + w for w in weights) - target
        losses.append(error**2)
        weights = [w - lr * 2 * error * slope for w, slope in zip(weights, slopes_at(weights))]
    return losses, weights


def gradient_report(module, device):
    model = tower(module, device, WEIGHTS)
    model(tensor([[1.0]], device)).sum().backward()
    return gradients.compare(
        torch.stack([block.weight.grad.squeeze() for block in model.blocks]),
        analytic=tensor(slopes_at(WEIGHTS), device),
        numeric=gradients.central_difference(lambda w: (1 + w).prod(), tensor(WEIGHTS, device)),
        what="gradients of the blocks with the weights 1, 2 and 3",
    )


# What make_tower and fit promise


def test_each_block_multiplies_by_its_own_weight(solution, device):
    model = tower(solution, device, WEIGHTS)
    close(
        model(tensor([[1.0], [0.5]], device)),
        [[24.0], [12.0]],
        "output of blocks with the weights 1, 2 and 3",
    )


def test_each_block_gets_its_own_gradient(solution, device, evidence):
    report = gradient_report(solution, device)
    evidence(report, **RECORD, checkpoint={"weights": tensor(WEIGHTS, device)})
    report.require()


@pytest.mark.parametrize(("width", "count"), [(2, 5), (3, 2)])
def test_every_block_adds_its_weights_to_the_parameters(solution, device, width, count):
    model = solution.make_tower(width=width, count=count, device=device, dtype=torch.float64)
    found = sum(parameter.numel() for parameter in model.parameters())
    equal(found, count * width**2, f"numbers in parameters() for {count} blocks of width {width}")


def test_no_two_blocks_start_the_same(solution, device):
    model = solution.make_tower(width=2, count=3, device=device, dtype=torch.float64)
    alike = [torch.equal(a.weight, b.weight) for a, b in itertools.combinations(model.blocks, 2)]
    equal(alike, [False, False, False], "blocks (0, 1), (0, 2), (1, 2) start with the same weights")


@pytest.mark.parametrize(
    ("start", "target", "lr"), [([0.5, -0.25, 1.0], 1.0, 0.03125), ([0.0, 0.5], 3.0, 0.1)]
)
def test_fit_moves_each_block_along_its_own_slope(solution, device, start, target, lr):
    model = tower(solution, device, start)
    losses = solution.fit(model, tensor([[1.0]], device), tensor([[target]], device), steps=4, lr=lr)
    wanted, weights = descent(start, target, steps=4, lr=lr)
    close(losses, wanted, "losses before each of 4 steps")
    close(weights_of(model), weights, "weights of the blocks after 4 steps")


def test_the_last_block_can_be_trained_alone(solution, device):
    model = tower(solution, device, [0.0, 0.0, 0.0])
    for block in list(model.blocks)[:-1]:
        block.requires_grad_(False)
    solution.fit(model, tensor([[1.0]], device), tensor([[5.0]], device), steps=2, lr=0.25)
    close(weights_of(model), [0.0, 0.0, 3.0], "weights after 2 steps, with all blocks but the last frozen")


# What already works and must stay


def test_one_block_adds_its_correction(solution, device):
    model = solution.make_tower(width=2, count=1, device=device, dtype=torch.float64)
    with torch.no_grad():
        model.blocks[0].weight.copy_(tensor([[0.0, 1.0], [2.0, 0.5]], device))
    close(
        answer(model, tensor([[1.0, 4.0]], device)), [[5.0, 8.0]], "output of one block for the input (1, 4)"
    )


def test_one_block_is_trained(solution, device):
    model = tower(solution, device, [0.0])
    losses = solution.fit(model, tensor([[1.0]], device), tensor([[5.0]], device), steps=3, lr=0.25)
    close(losses, [16.0, 4.0, 1.0], "losses before each of 3 steps with one block")
    close(weights_of(model), [3.5], "weight of the block after 3 steps")


@pytest.mark.parametrize("count", [1, 3])
def test_a_tower_has_as_many_blocks_as_you_ask_for(solution, device, count):
    model = solution.make_tower(width=2, count=count, device=device, dtype=torch.float64)
    equal(len(model.blocks), count, "number of blocks")
    equal(
        [str(block.weight.dtype) for block in model.blocks], ["torch.float64"] * count, "dtype of the blocks"
    )


def test_blocks_start_within_the_bound_of_linear(solution, device):
    model = solution.make_tower(width=64, count=2, device=device, dtype=torch.float64)
    # Linear draws uniformly between -1 / sqrt(width) and 1 / sqrt(width)
    largest = [block.weight.abs().max().item() for block in model.blocks]
    close(largest, [0.124, 0.124], "largest start of two blocks of width 64", rtol=0.0, atol=0.001)


def test_two_towers_start_differently(solution, device):
    first, second = (solution.make_tower(width=2, count=1, device=device) for _ in range(2))
    equal(torch.equal(first.blocks[0].weight, second.blocks[0].weight), False, "two towers start alike")


@pytest.mark.parametrize("count", [0, -1])
def test_a_tower_without_blocks_is_refused(solution, device, count):
    with raises(ValueError, "at least one block", f"a tower with count={count}"):
        solution.make_tower(width=2, count=count, device=device)


# The documented failure


def test_the_last_weight_written_counts_for_all_blocks(broken, device):
    model = tower(broken, device, WEIGHTS)
    close(weights_of(model), [3.0, 3.0, 3.0], "weights of the blocks after writing 1, 2 and 3")
    close(
        answer(model, tensor([[1.0]], device)), [[64.0]], "output; it should be (1 + 1) (1 + 2) (1 + 3) = 24"
    )


def test_one_gradient_collects_all_slopes(broken, device, evidence):
    report = gradient_report(broken, device)
    evidence(report, **RECORD, checkpoint={"weights": tensor(WEIGHTS, device)})
    # three places, each with the slope 4 * 4 of a weight 3 among weights 3
    close(report.autograd, [48.0, 48.0, 48.0], "gradients of the blocks")


def test_the_state_dict_lists_three_times_what_is_trained(broken, device):
    model = broken.make_tower(width=2, count=3, device=device, dtype=torch.float64)
    equal(sum(value.numel() for value in model.state_dict().values()), 12, "numbers in state_dict()")
    equal(sum(parameter.numel() for parameter in model.parameters()), 4, "numbers in parameters()")
