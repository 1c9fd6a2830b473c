"""A head made from a prototype and trained by hand: what `make_head` and `train_head` promise.

The four samples below are chosen so that the loss is |weights - (3, 1)|**2 + (bias - 2)**2: each step with
lr = 1/4 halves the distance of every parameter to its best value. The prototype is float32 on the CPU;
float64 features stand in for features on another device, and `meta` is a device without data.
"""

import copy

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

PROTOTYPE, SCALE = [2.0, -1.0], 0.5
FEATURES = [[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]]
TARGETS = [6.0, 4.0, 0.0, -2.0]  # 3 * x0 + x1 + 2
BEST = [3.0, 1.0, 2.0]  # weight, weight, bias
START = [1.0, -0.5, 0.0]
LR = 0.25


def samples(device, dtype=torch.float64):
    return (torch.tensor(values, dtype=dtype, device=device) for values in (FEATURES, TARGETS))


def new_head(module, like):
    return module.make_head(torch.tensor(PROTOTYPE), SCALE, like=like)


def values_of(weights, bias):
    return [*weights.tolist(), bias.item()]


def values_after(steps):
    return [best + (start - best) * 0.5**steps for best, start in zip(BEST, START)]


def loss_at(values):
    return sum((value - best) ** 2 for value, best in zip(values, BEST))


# What make_head and train_head promise


@pytest.mark.parametrize("steps", [1, 4])
def test_weights_and_bias_both_learn(solution, device, steps):
    features, targets = samples(device)
    weights, bias = new_head(solution, features)
    losses = solution.train_head(weights, bias, features, targets, steps=steps, lr=LR)
    close(values_of(weights, bias), values_after(steps), f"weights and bias after {steps} steps")
    close(losses, [loss_at(values_after(k)) for k in range(steps)], "losses before each step")


@pytest.mark.parametrize(
    "dtype", [torch.float64, torch.float16, torch.float32], ids=["double", "half", "single"]
)
def test_weights_and_bias_are_leaves_that_require_a_gradient(solution, device, dtype):
    weights, bias = new_head(solution, torch.zeros(1, 2, dtype=dtype, device=device))
    equal([weights.is_leaf, bias.is_leaf], [True, True], f"is_leaf of weights and bias for {dtype} features")
    equal([weights.requires_grad, bias.requires_grad], [True, True], "requires_grad of weights and bias")


def test_the_head_is_on_the_device_of_the_features(solution, device):
    weights, bias = new_head(solution, torch.zeros(1, 2, dtype=torch.float32, device="meta"))
    equal([weights.device.type, bias.device.type], ["meta", "meta"], "device of weights and bias")
    equal(
        [weights.is_leaf, weights.requires_grad], [True, True], "is_leaf and requires_grad on another device"
    )


def test_an_optimizer_accepts_the_head(solution, device):
    features, targets = samples(device)
    weights, bias = new_head(solution, features)
    optimizer = torch.optim.SGD([weights, bias], lr=LR)
    ((features @ weights + bias - targets) ** 2).mean().backward()
    optimizer.step()
    close(values_of(weights, bias), values_after(1), "weights and bias after 1 step of SGD")


def test_the_head_can_be_copied(solution, device):
    features, _ = samples(device)
    head = copy.deepcopy(new_head(solution, features))
    close(values_of(*head), START, "weights and bias of the copy")


# What already works and must stay


@pytest.mark.parametrize("dtype", [torch.float16, torch.float64], ids=["half", "double"])
def test_the_head_starts_from_the_scaled_prototype(solution, device, dtype):
    features, _ = samples(device)
    weights, bias = solution.make_head(torch.tensor(PROTOTYPE, dtype=dtype), SCALE, like=features)
    close(weights.detach(), torch.tensor(START[:2], dtype=torch.float64), "weights at the start")
    close(bias.detach(), torch.tensor(0.0, dtype=torch.float64), "bias at the start")


def test_a_prototype_in_the_dtype_of_the_features_learns_without_a_warning(solution, device):
    features, targets = samples(device)
    prototype = torch.tensor(PROTOTYPE, dtype=torch.float64, device=device)
    weights, bias = solution.make_head(prototype, SCALE, like=features)
    solution.train_head(weights, bias, features, targets, steps=4, lr=LR)
    close(values_of(weights, bias), values_after(4), "weights and bias after 4 steps, all in float64")


def test_zero_steps_change_nothing(solution, device):
    features, targets = samples(device)
    weights, bias = new_head(solution, features)
    equal(solution.train_head(weights, bias, features, targets, steps=0, lr=LR), [], "losses of 0 steps")
    equal(values_of(weights, bias), START, "weights and bias after 0 steps")


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["single", "double"])
def test_the_prototype_stays_as_it_is(solution, device, dtype):
    prototype, (features, targets) = torch.tensor(PROTOTYPE, device=device), samples(device, dtype)
    head = solution.make_head(prototype, SCALE, like=features)
    solution.train_head(*head, features, targets, steps=1, lr=LR)
    equal(prototype.tolist(), PROTOTYPE, f"prototype after 1 step on {dtype} features")
    flags = (prototype.requires_grad, prototype.grad)
    equal(flags, (False, None), f"requires_grad and .grad of the prototype after 1 step on {dtype} features")


def test_a_frozen_bias_does_not_move(solution, device):
    features, targets = samples(device)
    weights = torch.tensor(START[:2], dtype=torch.float64, device=device, requires_grad=True)
    bias = torch.tensor(START[2], dtype=torch.float64, device=device)  # frozen
    solution.train_head(weights, bias, features, targets, steps=2, lr=LR)
    close(values_of(weights, bias), [*values_after(2)[:2], START[2]], "weights and frozen bias after 2 steps")


def test_integer_features_are_an_error(solution, device):
    with raises(TypeError, "", "a head for integer features"):
        new_head(solution, torch.zeros(1, 2, dtype=torch.int64, device=device))


# The documented failure


def test_only_the_bias_learns_and_torch_warns(broken, device):
    features, targets = samples(device)
    weights, bias = new_head(broken, features)
    with pytest.warns(UserWarning, match="a Tensor that is not a leaf Tensor is being accessed"):
        losses = broken.train_head(weights, bias, features, targets, steps=4, lr=LR)
    # the weights keep their distance, 4 + 2.25; the bias halves its own
    close(losses, [6.25 + 4 * 0.25**k for k in range(4)], "losses before each step")
    close(values_of(weights, bias), [*START[:2], values_after(4)[2]], "weights and bias after 4 steps")
