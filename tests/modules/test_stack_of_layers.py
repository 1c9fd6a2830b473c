"""A stack of linear blocks under a readout: what `make_model` and `fit` promise.

With one feature and positive numbers a stack is a product: n = depth + 1 weights w, all equal, predict
w**n * x. With x = 1 and target t each step moves each weight by -lr * 2 (w**n - t) * w**(n - 1).
Dropout with probability 1 makes the mode visible: nothing passes in training, everything in evaluation.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64


def new_model(module, device, **sizes):
    return module.make_model(**sizes, device=device, dtype=torch.float64)


def answer(model, inputs):
    with torch.no_grad():
        return model(inputs)


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def descent(depth, target, steps, lr):
    """(losses, final weight) of depth + 1 equal weights that all follow their own gradient."""
    weight, losses = 1.0, []
    for _ in range(steps):
        error = weight ** (depth + 1) - target
        losses.append(error**2)
        weight -= lr * 2 * error * weight**depth
    return losses, weight


def fit_one_sample(module, device, depth, target, steps, lr):
    model = new_model(module, device, width=1, depth=depth)
    losses = module.fit(model, tensor([[1.0]], device), tensor([target], device), steps=steps, lr=lr)
    return model, losses


# What make_model and fit promise


@pytest.mark.parametrize(("depth", "target", "lr"), [(1, 4.0, 0.0625), (3, 2.0, 0.01)])
def test_every_block_follows_its_gradient(solution, device, depth, target, lr):
    model, losses = fit_one_sample(solution, device, depth, target, steps=5, lr=lr)
    wanted, weight = descent(depth, target, steps=5, lr=lr)
    close(losses, wanted, f"losses before each of 5 steps at depth {depth}")
    close(
        model(tensor([[1.0], [3.0]], device)),
        [weight ** (depth + 1), 3 * weight ** (depth + 1)],
        "predictions",
    )


def test_a_block_of_two_features_moves_along_its_gradient(solution, device):
    model = new_model(solution, device, width=2, depth=1)
    solution.fit(model, tensor([[1.0, 2.0]], device), tensor([1.0], device), steps=1, lr=0.1)
    # error 2; readout (1, 1) - 0.4 * (1, 2); map I - 0.4 * (1, 1)ᵀ(1, 2) = ((0.6, -0.8), (-0.4, 0.2))
    close(answer(model, tensor([[1.0, 0.0], [2.0, 1.0]], device)), [0.36, 0.24], "predictions after 1 step")


def test_all_linear_maps_are_among_the_parameters(solution, device):
    model = new_model(solution, device, width=2, depth=3)
    count = sum(parameter.numel() for parameter in model.parameters())
    equal(count, 3 * 4 + 2, "numbers in parameters() for 3 maps of 2 x 2 and a readout of 2")


def test_a_saved_model_can_be_loaded(solution, device):
    model = new_model(solution, device, width=1, depth=2)
    solution.fit(model, tensor([[1.0]], device), tensor([8.0], device), steps=3, lr=0.01)
    loaded = new_model(solution, device, width=1, depth=2)
    loaded.load_state_dict(model.state_dict())
    weight = descent(2, 8.0, steps=3, lr=0.01)[1]
    close(answer(loaded, tensor([[1.0]], device)), [weight**3], "prediction of the loaded model")


def test_evaluation_turns_dropout_off(solution, device):
    model = new_model(solution, device, width=2, depth=2, drop=1.0).eval()
    close(
        answer(model, tensor([[1.0, 2.0]], device)), [3.0], "prediction in evaluation mode, with dropout 1.0"
    )


def test_a_cast_reaches_every_block(solution, device):
    model = solution.make_model(width=2, depth=2, device=device).to(torch.float64)
    close(
        answer(model, tensor([[1.0, 2.0]], device)), [3.0], "prediction of a model that was cast to float64"
    )


# What already works and must stay


@pytest.mark.parametrize("depth", [0, 1, 4])
def test_a_new_model_sums_positive_features(solution, device, depth):
    model = new_model(solution, device, width=2, depth=depth)
    close(
        answer(model, tensor([[1.0, 2.0], [5.0, 0.0]], device)), [3.0, 5.0], f"predictions at depth {depth}"
    )


def test_a_block_stops_negative_features(solution, device):
    model = new_model(solution, device, width=2, depth=1)
    close(answer(model, tensor([[-1.0, 2.0]], device)), [2.0], "prediction for the features -1 and 2")


def test_depth_zero_trains_the_readout(solution, device):
    _, losses = fit_one_sample(solution, device, depth=0, target=5.0, steps=4, lr=0.25)
    close(losses, [16.0, 4.0, 1.0, 0.25], "losses before each of 4 steps at depth 0")


def test_dropout_is_on_while_fitting(solution, device):
    model = new_model(solution, device, width=1, depth=1, drop=1.0).eval()
    losses = solution.fit(model, tensor([[1.0]], device), tensor([3.0], device), steps=2, lr=0.25)
    close(losses, [9.0, 9.0], "losses while dropout lets nothing pass")


def test_dropout_scales_what_it_keeps(solution, device):
    model = new_model(solution, device, width=1, depth=1, drop=0.75)
    torch.manual_seed(0)
    seen = set(answer(model, tensor([[1.0]] * 256, device)).tolist())
    equal(sorted(seen), [0.0, 4.0], "the different predictions for 1 in training, with dropout 0.75")


def test_no_samples_are_refused(solution, device):
    model = new_model(solution, device, width=2, depth=1)
    with raises(ValueError, "no samples", "fitting no samples"):
        solution.fit(model, tensor([], device).reshape(0, 2), tensor([], device), steps=1, lr=0.25)
    close(answer(model, tensor([[1.0, 2.0]], device)), [3.0], "prediction after the error")


# The documented failure


@pytest.mark.parametrize("depth", [1, 3])
def test_only_the_readout_moves(broken, device, depth):
    _, losses = fit_one_sample(broken, device, depth, target=5.0, steps=4, lr=0.25)
    # the way from 1 to 5 is halved at every step, as if there were no blocks
    close(losses, [16.0, 4.0, 1.0, 0.25], f"losses before each of 4 steps at depth {depth}")


def test_parameters_and_checkpoint_hold_the_readout_alone(broken, device):
    model = new_model(broken, device, width=2, depth=3)
    equal(sum(parameter.numel() for parameter in model.parameters()), 2, "numbers in parameters()")
    equal(sum(value.numel() for value in model.state_dict().values()), 2, "numbers in state_dict()")


def test_evaluation_leaves_dropout_on(broken, device):
    model = new_model(broken, device, width=2, depth=2, drop=1.0).eval()
    close(
        answer(model, tensor([[1.0, 2.0]], device)), [0.0], "prediction in evaluation mode, with dropout 1.0"
    )
