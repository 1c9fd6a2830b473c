"""A recurrent classifier: what `make_classifier` and `fit` promise.

With one feature, one hidden unit, all weights 1 and all biases 0 the hidden state is the sum of what was
read, as long as that is positive: a sequence scores the sum of its steps.
"""

import math

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64


def answer(model, inputs):
    with torch.no_grad():
        return model(inputs)


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def column(rows, device):
    """(samples, steps, 1) from one row of numbers for each sample."""
    return tensor(rows, device).unsqueeze(-1)


def summing(module, device, classes=1, weight=1.0, bias=0.0):
    model = module.make_classifier(features=1, hidden=1, classes=classes).to(device, torch.float64)
    for name, parameter in model.named_parameters():
        torch.nn.init.constant_(parameter, bias if "bias" in name else weight)
    return model


def positive(module, device, features=2, hidden=3, classes=2):
    """A classifier in which nothing is cut off by the ReLU, as long as the inputs are positive."""
    model = module.make_classifier(features, hidden, classes).to(device, torch.float64)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.abs_()
    return model


def influence(model, device, samples, steps, scored):
    """Which (sample, step) has a part in the scores of the sample `scored`, as a nested list of bools."""
    sequences = torch.ones(samples, steps, 2, dtype=torch.float64, device=device, requires_grad=True)
    (slope,) = torch.autograd.grad(model(sequences)[scored].sum(), sequences)
    return (slope.abs().sum(-1) > 0).tolist()


# What make_classifier and fit promise


@pytest.mark.parametrize(
    "rows",
    [
        [[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]],
        [[1.0, 2.0], [4.0, 8.0]],
        [[5.0, 1.0], [2.0, 2.0], [0.5, 7.0]],
        [[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0]],
    ],
    ids=["two_by_three", "square", "three_by_two", "alone"],
)
def test_every_sequence_scores_the_sum_of_its_own_steps(solution, device, rows):
    scores = answer(summing(solution, device), column(rows, device))
    close(scores, [[sum(row)] for row in rows], f"scores of {len(rows)} sequences of {len(rows[0])} steps")


@pytest.mark.parametrize(("samples", "steps"), [(3, 2), (2, 4), (3, 3)])
def test_scores_depend_on_all_own_steps_and_on_no_other_sequence(solution, device, samples, steps):
    model = positive(solution, device)
    for scored in range(samples):
        wanted = [[sample == scored] * steps for sample in range(samples)]
        found = influence(model, device, samples, steps, scored)
        equal(found, wanted, f"which steps of which of {samples} sequences count for sequence {scored}")


def test_the_state_falls_and_stops_at_zero(solution, device):
    scores = answer(summing(solution, device), column([[5.0, -2.0, -1.0], [1.0, -4.0, 3.0]], device))
    # 5, 3, 2 and 1, 0, 3
    close(scores, [[2.0], [3.0]], "scores of sequences with negative steps")


def test_weights_and_biases_count_at_every_step(solution, device):
    model = summing(solution, device, weight=0.5, bias=0.25)
    # states x / 2 + 1/4 + h / 2 + 1/4: from 4 and 2 they are 2.5 and 2.75, from 8 and 0 they are 4.5 and 2.75
    scores = answer(model, column([[4.0, 2.0], [8.0, 0.0], [2.0, 2.0]], device))
    close(scores, [[1.625], [1.625], [1.375]], "scores with all weights 1/2 and all biases 1/4")


def test_a_sequence_scores_the_same_in_any_batch(solution, device):
    model = positive(solution, device)
    sequences = torch.arange(24, dtype=torch.float64, device=device).reshape(4, 3, 2)
    with torch.no_grad():
        alone = torch.cat([model(sequence.unsqueeze(0)) for sequence in sequences])
        close(answer(model, sequences), alone, "scores of 4 sequences, expected as each one alone")


def test_fit_follows_the_gradient_of_each_sequence(solution, device):
    model = summing(solution, device, classes=2)
    labels = torch.tensor([0, 1], device=device)
    losses = solution.fit(model, column([[1.0, 1.0, 2.0], [2.0, 4.0, 6.0]], device), labels, steps=1, lr=0.25)
    close(losses, [math.log(2)], "loss while both classes score alike")
    # the sums are 4 and 12, each class has probability 1/2: the slope by the weight of class 0 is
    # (-0.5 * 4 + 0.5 * 12) / 2 = 2, by that of class 1 it is -2, and all other slopes are 0
    close(
        answer(model, column([[3.0]], device)),
        [[1.5, 4.5]],
        "scores of one step of 3 after 1 step of training",
    )


# What already works and must stay


def test_one_sequence_of_one_step_scores_itself(solution, device):
    close(answer(summing(solution, device), column([[7.0]], device)), [[7.0]], "score of one step of 7")


@pytest.mark.parametrize(("samples", "steps"), [(1, 1), (2, 3), (5, 2)])
def test_there_is_one_row_of_scores_for_each_sequence(solution, device, samples, steps):
    model = positive(solution, device, features=2, hidden=3, classes=4)
    scores = model(torch.ones(samples, steps, 2, dtype=torch.float64, device=device))
    equal(list(scores.shape), [samples, 4], f"shape of the scores of {samples} sequences of {steps} steps")


def test_zero_steps_of_training_change_nothing(solution, device):
    model = summing(solution, device)
    labels = torch.tensor([0], device=device)
    equal(solution.fit(model, column([[1.0]], device), labels, steps=0, lr=0.5), [], "losses of 0 steps")
    close(answer(model, column([[7.0]], device)), [[7.0]], "score of one step of 7")


@pytest.mark.parametrize(
    "shape", [(3, 1), (2, 0, 1), (1, 2, 3, 1)], ids=["two_dims", "no_steps", "four_dims"]
)
def test_anything_but_a_batch_of_sequences_is_refused(solution, device, shape):
    with raises(ValueError, "(samples, steps, features)", f"input of the shape {shape}"):
        summing(solution, device)(torch.ones(shape, dtype=torch.float64, device=device))


# The documented failure


def test_the_last_steps_add_up_over_the_batch(broken, device):
    scores = answer(summing(broken, device), column([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]], device))
    close(scores, [[3.0], [33.0]], "scores; they should be the sums 6 and 60")


def test_earlier_steps_do_not_count_but_earlier_sequences_do(broken, device):
    found = influence(positive(broken, device), device, samples=3, steps=2, scored=1)
    wanted = [[False, True], [False, True], [False, False]]
    equal(found, wanted, "which steps of which of 3 sequences count for sequence 1")
