"""Scoring a finished model: what `evaluate` promises.

Each sample has one prediction, that of the whole network, however often and in whatever batches one asks.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64


class AlternatingDropout(torch.nn.Module):
    """Dropout with p = 1/2 and masks known beforehand: in training it keeps unit 0 in the first call, unit 1
    in the second, and so on in turn, and doubles what it keeps."""

    def __init__(self):
        super().__init__()
        self.calls = 0

    def forward(self, hidden):
        if not self.training:
            return hidden
        kept = torch.zeros_like(hidden)
        kept[:, self.calls % 2] = 2 * hidden[:, self.calls % 2]
        self.calls += 1
        return kept


class SumOfSquares(torch.nn.Module):
    def forward(self, hidden):
        return hidden.square().sum(dim=1, keepdim=True)


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def linear(weight, device):
    layer = torch.nn.Linear(len(weight[0]), len(weight), bias=False, dtype=torch.float64, device=device)
    with torch.no_grad():
        layer.weight.copy_(tensor(weight, device))
    return layer


def squares(device):
    """x -> x² + (3x)² = 10 x². Thinned: (2x)² = 4 x² with unit 0 alone, (6x)² = 36 x² with unit 1 alone."""
    return torch.nn.Sequential(
        linear([[1.0], [3.0]], device), torch.nn.Sequential(AlternatingDropout()), SumOfSquares()
    )


def perfect(device):
    """y = x, learned to the last digit, with a dropout of 1/2 in it: thinned, it says 0 or 2x and never x."""
    return torch.nn.Sequential(torch.nn.Dropout(0.5), linear([[1.0]], device))


def ones(device):
    return torch.ones(64, 1, dtype=torch.float64, device=device)


# What evaluate promises


def test_predictions_and_error_come_from_the_whole_network(solution, device):
    predictions, error = solution.evaluate(
        squares(device), tensor([[1.0], [0.5]], device), tensor([[9.0], [2.5]], device), batch_size=2
    )
    close(predictions, [[10.0], [2.5]], "the predictions 10 x² for x = 1 and 1/2")
    close(error, 0.5, "the error of these predictions beside the targets 9 and 2.5")


def test_a_second_call_gives_the_same_predictions(solution, device):
    model, inputs = squares(device), tensor([[1.0], [2.0]], device)
    for call in ("first", "second"):
        predictions, error = solution.evaluate(model, inputs, tensor([[10.0], [38.0]], device), batch_size=2)
        close(predictions, [[10.0], [40.0]], f"the predictions of the {call} call")
        close(error, 2.0, f"the error of the {call} call")


@pytest.mark.parametrize("batch_size", [1, 2, 5])
def test_the_batch_size_changes_nothing(solution, device, batch_size):
    inputs = tensor([[1.0], [2.0], [-1.0]], device)
    predictions, error = solution.evaluate(squares(device), inputs, 10 * inputs, batch_size=batch_size)
    close(predictions, [[10.0], [40.0], [10.0]], f"the predictions in batches of {batch_size}")
    close(error, 800 / 3, f"the error in batches of {batch_size}")


def test_a_model_that_is_a_single_layer_is_scored_right_too(solution, device):
    inputs = tensor([[1.0, 3.0]], device)
    predictions, _ = solution.evaluate(AlternatingDropout(), inputs, inputs, batch_size=1)
    close(predictions, [[1.0, 3.0]], "the predictions of a model that is nothing but its dropout layer")


def test_a_perfect_model_gets_every_sample_right(solution, device):
    predictions, error = solution.evaluate(perfect(device), ones(device), ones(device), batch_size=16)
    equal(bool((predictions == 1).all()), True, "whether a perfect model predicts all 64 samples exactly")
    equal(error == 0, True, "whether the error of a perfect model is 0")


def test_running_statistics_do_not_change(solution, device):
    model = torch.nn.BatchNorm1d(1, dtype=torch.float64, device=device)
    inputs = tensor([[48.0], [52.0]], device)
    solution.evaluate(model, inputs, inputs, batch_size=2)
    close(model.running_mean, [0.0], "the running mean of a batch norm after the evaluation")


# What already works and must stay


def test_a_plain_model_is_scored_by_the_formula(solution, device):
    inputs, targets = tensor([[1.0, 2.0], [3.0, 4.0]], device), tensor([[0.0], [4.0]], device)
    predictions, error = solution.evaluate(linear([[1.0, -1.0]], device), inputs, targets, batch_size=1)
    close(predictions, [[-1.0], [-1.0]], "the predictions of a plain linear model")
    close(error, 13.0, "the error of a plain linear model")


@pytest.mark.parametrize("batch_size", [1, 2, 3])
def test_the_model_gets_no_more_than_one_batch_at_once(solution, device, batch_size):
    seen, inputs = [], ones(device)[:5]
    model = linear([[1.0]], device)
    model.register_forward_hook(lambda layer, args, outputs: seen.append(len(args[0])))
    solution.evaluate(model, inputs, inputs, batch_size=batch_size)
    too_large = [size for size in seen if size > batch_size]
    equal(too_large, [], f"the sizes of the batches that were larger than batch_size={batch_size}")


def test_predictions_carry_no_graph_and_the_model_is_unchanged(solution, device):
    model = torch.nn.Sequential(
        linear([[1.0]], device), torch.nn.Dropout(0.0), torch.nn.PReLU(dtype=torch.float64, device=device)
    )
    before = {name: value.clone() for name, value in model.state_dict().items()}
    predictions, _ = solution.evaluate(model, ones(device), ones(device), batch_size=64)
    equal(predictions.requires_grad, False, "predictions.requires_grad")
    for name, value in model.state_dict().items():
        equal(value, before[name], f"{name} after the evaluation")


def test_no_samples_are_refused(solution, device):
    with raises(ValueError, "no samples", "evaluating no samples"):
        solution.evaluate(perfect(device), ones(device)[:0], ones(device)[:0], batch_size=4)


# The documented failure


def test_two_calls_score_two_different_halves_of_the_network(broken, device):
    model, inputs = squares(device), tensor([[1.0]], device)
    first, _ = broken.evaluate(model, inputs, inputs, batch_size=1)
    second, _ = broken.evaluate(model, inputs, inputs, batch_size=1)
    close(first, [[4.0]], "the first prediction, where 10 was promised")
    close(second, [[36.0]], "the second prediction, where 10 was promised")


def test_a_perfect_model_gets_every_sample_wrong(broken, device):
    # 0 or 2 where 1 is right: whatever the mask, each error is exactly 1
    predictions, error = broken.evaluate(perfect(device), ones(device), ones(device), batch_size=16)
    equal(set(predictions.flatten().tolist()) == {0.0, 2.0}, True, "whether all predictions are 0 or 2")
    equal(error == 1, True, "whether the error is 1")


def test_the_same_data_get_two_scores(broken, device):
    first, _ = broken.evaluate(perfect(device), ones(device), ones(device), batch_size=64)
    second, _ = broken.evaluate(perfect(device), ones(device), ones(device), batch_size=64)
    equal(bool((first == second).all()), False, "whether two calls predict the same for all 64 samples")


def test_a_single_layer_drops_units_too(broken, device):
    inputs = tensor([[1.0, 3.0]], device)
    predictions, _ = broken.evaluate(AlternatingDropout(), inputs, inputs, batch_size=1)
    close(predictions, [[2.0, 0.0]], "the predictions of a model that is nothing but its dropout layer")
