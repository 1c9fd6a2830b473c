"""`predict` returns the predictions of a whole test set and keeps nothing that only training needs.

What is kept is counted: while `predict` runs, torch packs every tensor that it stores for a `backward()`
into a token, and a token lives exactly as long as what is stored. The model is exp(gain * inputs): a forward
pass stores two tensors, the inputs for the slope of the product and the result for that of exp.
"""

import math
import weakref

import pytest
import torch
from torch.autograd.graph import saved_tensors_hooks

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

GAIN = 0.5
BATCHES = [[1.0, 2.0], [0.0], [-1.0, 4.0, 0.5], [2.0, 2.0], [-0.25]]
SAVED = 2  # tensors stored by one forward pass


class Token:
    """Stands for a stored tensor."""

    def __init__(self, tensor):
        self.tensor = tensor


class Growth(torch.nn.Module):
    """exp(gain * inputs); knows how often it ran, and in which mode."""

    def __init__(self, device):
        super().__init__()
        self.gain = torch.nn.Parameter(torch.tensor(GAIN, dtype=torch.float64, device=device))
        self.offset = torch.nn.Parameter(torch.zeros((), dtype=torch.float64, device=device), False)
        self.modes = []

    def forward(self, inputs):
        self.modes.append(self.training)
        return torch.exp(self.gain * inputs) + self.offset


def column(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device).reshape(-1, 1)


def run(module, device, batches=BATCHES, train=False):
    """Predict with a fresh model; return it, the predictions, and what was seen whenever a batch was read:
    how often the model had run, and how many stored tensors were alive. The last entry is from afterwards."""
    model, tokens, seen = Growth(device).train(train), [], []

    def pack(tensor):
        token = Token(tensor.detach())
        tokens.append(weakref.ref(token))
        return token

    def alive():
        return sum(token() is not None for token in tokens)

    def read():
        for values in batches:
            seen.append([len(model.modes), alive()])
            yield column(values, device)

    with saved_tensors_hooks(pack, lambda token: token.tensor):
        predictions = module.predict(model, read())
    seen.append([len(model.modes), alive()])
    return model, predictions, seen


def by_hand(batches=BATCHES):
    return [[math.exp(GAIN * value)] for batch in batches for value in batch]


# What predict promises


@pytest.mark.parametrize("count", [1, 3, 5])
def test_the_predictions_hold_on_to_nothing(solution, device, count):
    _, predictions, seen = run(solution, device, BATCHES[:count])
    equal(seen[-1][1], 0, f"tensors that the predictions of {count} batches keep for a backward()")
    close(predictions, by_hand(BATCHES[:count]), f"predictions for {count} batches")
    equal(predictions.requires_grad, False, "whether the predictions require grad")


@pytest.mark.parametrize("train", [False, True])
def test_earlier_batches_are_freed_before_later_ones_are_read(solution, device, train):
    _, _, seen = run(solution, device, train=train)
    most = max(alive for _, alive in seen[:-1])
    mode = "train" if train else "eval"
    equal(max(0, most - SAVED), 0, f"stored tensors of passes before the last one, in {mode} mode")


# What already works and must stay


def test_all_samples_are_predicted_in_order(solution, device):
    _, predictions, _ = run(solution, device)
    close(predictions, by_hand(), "predictions for 5 batches of unequal sizes")


def test_each_batch_is_predicted_before_the_next_is_read(solution, device):
    _, _, seen = run(solution, device)
    equal([made for made, _ in seen], [0, 1, 2, 3, 4, 5], "forward passes made when each batch was read")


@pytest.mark.parametrize("train", [False, True])
def test_the_model_is_left_as_it_was(solution, device, train):
    model, _, _ = run(solution, device, train=train)
    equal(model.modes, [train] * 5, "whether the model was in training mode, pass by pass")
    equal(model.training, train, "whether it is in training mode afterwards")
    trainable = [model.gain.requires_grad, model.offset.requires_grad]
    equal(trainable, [True, False], "whether gain and offset require grad afterwards")
    close(model.gain, torch.tensor(GAIN, dtype=torch.float64), "the gain afterwards")


def test_training_continues_after_the_call(solution, device):
    run(solution, device)
    equal(torch.is_grad_enabled(), True, "whether gradients are recorded after the call")


def test_recording_that_was_off_stays_off(solution, device):
    with torch.no_grad():
        run(solution, device)
        equal(torch.is_grad_enabled(), False, "whether gradients are recorded after a call under no_grad()")


@pytest.mark.no_stand_in("it has no views in inference mode")
def test_float32_predictions_stay_float32(solution, device):
    model = torch.nn.Linear(1, 1, bias=False, device=device)
    torch.nn.init.constant_(model.weight, 0.1)
    want = torch.tensor([[0.1], [0.2]], device=device)
    got = solution.predict(model, [torch.ones(1, 1, device=device), torch.full((1, 1), 2.0, device=device)])
    close(got, want, "predictions of a float32 model")


def test_a_test_set_without_a_batch_is_refused(solution, device):
    with raises(ValueError, "batch", "a test set without a batch"):
        run(solution, device, [])
    equal(torch.is_grad_enabled(), True, "whether gradients are recorded after the refusal")


# The documented failure


@pytest.mark.parametrize("count", [1, 3, 5])
def test_the_predictions_keep_every_forward_pass_whole(broken, device, count):
    _, predictions, seen = run(broken, device, BATCHES[:count])
    close(predictions, by_hand(BATCHES[:count]), f"predictions for {count} batches, which are right")
    equal(
        seen[-1][1], SAVED * count, f"tensors that the predictions of {count} batches keep for a backward()"
    )


@pytest.mark.parametrize("train", [False, True])
def test_what_is_kept_grows_by_a_forward_pass_with_every_batch(broken, device, train):
    _, _, seen = run(broken, device, train=train)
    equal([alive for _, alive in seen], [0, 2, 4, 6, 8, 10], "stored tensors alive when each batch is read")
