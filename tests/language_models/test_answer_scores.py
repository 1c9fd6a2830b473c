"""Scores of dialogs: what `answer_scores` promises.

The model of these tests adds up the worth of the real tokens, each times its number: 1, 2, 3 ... So the
score of a dialog is a sum that can be written out, and any other place has a different one. At
padding the model says 99.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

WORTH = [1.0, 0.5, -1.5, 0.25, 2.0, -3.0]
END = 0
ONE_TURN = [1, 2, 3, 4]
DIALOGS = [[1, END, 2, 4, END], [1, END, 2, 5, END], [3, END, 4, END, 5, 2], [END, 4]]


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def reader(worth):
    def model(ids, mask):
        scores = (worth[ids] * mask * mask.cumsum(dim=1)).cumsum(dim=1)
        return scores.masked_fill(~mask, 99.0)

    return model


def by_hand(dialog):
    return sum(WORTH[token] * number for number, token in enumerate(dialog, start=1))


def padded(dialogs, device, side, pad=END, more=0):
    """ids and mask; `more` columns more than the longest dialog needs."""
    columns = max(len(dialog) for dialog in dialogs) + more
    ids, mask = [], []
    for dialog in dialogs:
        gap, real = columns - len(dialog), [True] * len(dialog)
        ids.append([pad] * gap + dialog if side == "left" else dialog + [pad] * gap)
        mask.append([False] * gap + real if side == "left" else real + [False] * gap)
    return torch.tensor(ids, device=device), torch.tensor(mask, device=device)


def scores_of(module, dialogs, device, side, pad=END, more=0):
    model = reader(tensor(WORTH, device))
    return module.answer_scores(model, *padded(dialogs, device, side, pad, more), pad)


# What answer_scores promises


@pytest.mark.parametrize("side", ["right", "left"])
@pytest.mark.parametrize("more", [0, 1, 3])
def test_ends_inside_a_dialog_do_not_end_it(solution, device, side, more):
    scores = scores_of(solution, DIALOGS, device, side, more=more)
    close(
        scores,
        [by_hand(dialog) for dialog in DIALOGS],
        f"scores with padding on the {side}, {more} columns more",
    )


def test_a_dialog_without_padding_is_read_to_its_end(solution, device):
    for dialog in DIALOGS:
        close(scores_of(solution, [dialog], device, "right"), [by_hand(dialog)], f"score of {dialog} alone")


def test_the_end_token_is_the_last_real_one(solution, device):
    for side in ("right", "left"):
        scores = scores_of(solution, [[*ONE_TURN, END], ONE_TURN], device, side, more=2)
        want = [by_hand([*ONE_TURN, END]), by_hand(ONE_TURN)]
        close(scores, want, f"scores with and without an end, padding on the {side}")


def test_each_dialog_of_a_batch_can_have_its_own_side(solution, device):
    batches = [padded(DIALOGS, device, side, more=1) for side in ("right", "left")]
    model = reader(tensor(WORTH, device))
    for first in (0, 1):
        both = batches[first], batches[1 - first]
        ids, mask = (torch.cat([one[:2], other[2:]]) for one, other in zip(*both))
        scores = solution.answer_scores(model, ids, mask, END)
        close(scores, [by_hand(dialog) for dialog in DIALOGS], "scores of a batch with padding on both sides")


@pytest.mark.parametrize("side", ["right", "left"])
def test_every_real_token_has_a_gradient_and_padding_has_none(solution, device, side):
    ids, mask = padded(DIALOGS[:3], device, side, more=1)
    worth = torch.ones(ids.shape, dtype=torch.float64, device=device, requires_grad=True)

    def model(ids, mask):  # one worth for every place
        return (worth * mask * mask.cumsum(dim=1)).cumsum(dim=1).masked_fill(~mask, 99.0)

    (slope,) = torch.autograd.grad((3 * solution.answer_scores(model, ids, mask, END)).sum(), worth)
    close(
        slope,
        (3 * mask * mask.cumsum(dim=1)).double(),
        f"gradient of 3 times the scores, padding on the {side}",
    )


# What already works and must stay


@pytest.mark.parametrize("side", ["right", "left"])
@pytest.mark.parametrize("more", [0, 2])
def test_a_padding_that_is_in_no_dialog_marks_the_end(solution, device, side, more):
    dialogs = [ONE_TURN, [2], [5, 4, 3, 2, 1, 5], [4, 4]]
    scores = scores_of(solution, dialogs, device, side, more=more)
    close(scores, [by_hand(dialog) for dialog in dialogs], f"scores of one turn, with padding on the {side}")


def test_the_dtype_is_that_of_the_scores(solution, device):
    ids, mask = padded([ONE_TURN, [2]], device, "right")
    scores = solution.answer_scores(reader(tensor(WORTH, device).float()), ids, mask, END)
    equal((scores.dtype, tuple(scores.shape)), (torch.float32, (2,)), "dtype and shape of float32 scores")


def test_ids_and_mask_stay_as_they_were(solution, device):
    ids, mask = padded(DIALOGS, device, "left")
    before = ids.clone(), mask.clone()
    solution.answer_scores(reader(tensor(WORTH, device)), ids, mask, END)
    equal((ids, mask), before, "ids and mask after the scores")


def test_a_dialog_without_real_tokens_is_an_error(solution, device):
    ids, mask = padded([ONE_TURN, []], device, "right")
    with raises(ValueError, "without a real token", "a dialog of padding only"):
        solution.answer_scores(reader(tensor(WORTH, device)), ids, mask, END)


# The documented failure


@pytest.mark.parametrize("side", ["right"])
def test_the_score_is_read_before_the_first_end(broken, device, side):
    scores = scores_of(broken, DIALOGS[:3], device, side)
    close(scores, [by_hand(dialog[:1]) for dialog in DIALOGS[:3]], "scores of three dialogs of several turns")


def test_two_answers_to_one_dialog_get_one_score_and_no_gradient(broken, device):
    worth = tensor(WORTH, device).requires_grad_()
    ids, mask = padded(DIALOGS[:2], device, "right", more=2)
    good, bad = broken.answer_scores(reader(worth), ids, mask, END)
    loss = -torch.nn.functional.logsigmoid(good - bad)
    loss.backward()
    close(loss.item(), 0.6931471805599453, "preference loss of a good and a bad answer")
    close(worth.grad, [0.0] * 6, "its gradient")
