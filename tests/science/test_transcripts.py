"""A CTC loss that leaves out what can't be aligned: what `transcript_loss` promises.

The witness enumerates every path, reads it (equal neighbors are one letter, blanks are silent), and adds up
the probabilities of those that read as the transcript.
"""

import itertools
import math

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

# Letters 1 and 2, blank 0. (frames, transcript): steps are 1, 2, 2, 3, 3, 4, 4 for 1 to 7 frames.
POSSIBLE = [
    (1, [1]),
    (2, [2]),
    (3, [1, 2]),
    (5, [1, 1]),
    (6, [1, 2, 1]),
    (6, [2, 2]),
    (7, [1, 1, 2]),
    (8, [2]),
]
IMPOSSIBLE = [(1, [1, 2]), (3, [1, 1]), (5, [1, 2, 2]), (6, [1, 1, 2]), (7, [2, 2, 2]), (7, [1, 1, 2, 2])]
CLAIM = "the gradient along the logits is that of the mean over the rows that have a path"
ORACLE = "central differences of an enumeration of all paths"


def logits_of(device, steps, batch):
    values = torch.arange(steps * batch * 3, dtype=torch.float64, device=device)
    return torch.sin(1.7 * values).reshape(steps, batch, 3)


def pack(rows, device):
    """Frames, padded labels and label lengths of (frames, transcript) rows."""
    longest = max(len(text) for _, text in rows)
    labels = [text + [0] * (longest - len(text)) for _, text in rows]
    columns = [frames for frames, _ in rows], labels, [len(text) for _, text in rows]
    return [torch.tensor(values, device=device) for values in columns]


def reads_as(path):
    return [letter for letter, _ in itertools.groupby(path) if letter != 0]


def probability(logits, text):
    """The probability of a transcript, from (steps, letters), by enumeration; a float."""
    sizes = [[math.exp(value) for value in row] for row in logits.tolist()]
    rows = [[size / sum(row) for size in row] for row in sizes]
    total = 0.0
    for path in itertools.product(range(3), repeat=len(rows)):
        if reads_as(path) == text:
            total += math.prod(row[letter] for row, letter in zip(rows, path))
    return total


def by_hand(logits, rows):
    """The mean over the rows that have a path."""
    losses = []
    for k, (frames, text) in enumerate(rows):
        p = probability(logits[: (frames + 1) // 2, k], text)
        if p > 0:
            losses.append(-math.log(p) / len(text))
    return sum(losses) / len(losses) if losses else 0.0


def name_of(rows):
    return ", ".join(
        f"{''.join(' ab'[letter] for letter in text)} in {frames} frames" for frames, text in rows
    )


def check(module, device, rows):
    logits = logits_of(device, 4, len(rows))
    loss = module.transcript_loss(logits, *pack(rows, device))
    close(
        loss,
        torch.tensor(by_hand(logits, rows), dtype=torch.float64, device=device),
        f"the loss of {name_of(rows)}",
    )


# What transcript_loss promises


@pytest.mark.parametrize("row", IMPOSSIBLE, ids=lambda row: name_of([row]).replace(" ", "_"))
def test_a_row_without_a_path_takes_no_part(solution, device, row):
    check(solution, device, [row])
    check(solution, device, [POSSIBLE[2], row, POSSIBLE[3]])


def test_rows_with_and_without_a_path_share_a_batch(solution, device):
    check(solution, device, [row for pair in zip(POSSIBLE, IMPOSSIBLE) for row in pair])


def test_nothing_is_left_of_a_batch_without_paths(solution, device):
    logits = logits_of(device, 4, len(IMPOSSIBLE)).requires_grad_()
    loss = solution.transcript_loss(logits, *pack(IMPOSSIBLE, device))
    close(loss, torch.tensor(0.0, dtype=torch.float64, device=device), "the loss of rows that have no path")
    loss.backward()
    close(logits.grad, torch.zeros_like(logits.detach()), "the gradient of rows that have no path")


def slope(module, device):
    """The slope of 3 * loss along the logits of three rows, the second of which has no path."""
    rows = [(6, [1, 2]), (5, [2, 2, 1]), (5, [1, 1])]
    logits = logits_of(device, 3, 3)
    numeric = gradients.central_difference(lambda at: 3 * by_hand(at, rows), logits)
    leaf = logits.clone().requires_grad_()
    (3 * module.transcript_loss(leaf, *pack(rows, device))).backward()
    return leaf.grad, numeric


def test_rows_without_a_path_have_no_gradient(solution, device):
    got, numeric = slope(solution, device)
    close(got, numeric, "the slope of 3 * loss along the logits of 3 rows", rtol=1e-6, atol=1e-8)
    equal(got[:, 1].abs().sum().item(), 0.0, "the size of the gradient of the row that has no path")


# What already works and must stay


@pytest.mark.parametrize("row", POSSIBLE, ids=lambda row: name_of([row]).replace(" ", "_"))
def test_a_row_with_a_path_has_this_loss(solution, device, row):
    check(solution, device, [row])


def test_all_rows_with_a_path_take_part(solution, device):
    check(solution, device, POSSIBLE)


def test_a_row_without_any_loss_counts_in_the_mean(solution, device):
    rows, logits = [(3, [1, 2]), (5, [2, 1])], logits_of(device, 3, 2)
    logits[0, 0], logits[1, 0] = torch.tensor([[0.0, 100, 0], [0, 0, 100]], dtype=torch.float64)
    loss = solution.transcript_loss(logits, *pack(rows, device))
    close(loss.item(), by_hand(logits, rows), "the mean loss of a row that is certain and one that isn't")


def test_padding_counts_for_nothing(solution, device):
    rows = [(3, [1, 2]), (8, [2, 1])]
    packed = pack(rows, device)
    losses = []
    for fill in (0.0, 5.0):
        logits = logits_of(device, 4, 2)
        logits[2:, 0] = fill  # beyond the end of the first recording
        losses.append(solution.transcript_loss(logits, *packed).item())
    close(losses[0], losses[1], "the loss with other numbers in the padding")


def test_the_arguments_are_left_as_they_are(solution, device):
    rows = [(6, [1, 2]), (5, [2, 1])]
    logits, packed = logits_of(device, 3, 2), pack(rows, device)
    before = [value.clone() for value in (logits, *packed)]
    solution.transcript_loss(logits, *packed)
    for name, value, old in zip(("logits", "frames", "labels", "label_lengths"), (logits, *packed), before):
        equal(value, old, f"{name} after the call")


# The documented failure


def test_one_row_makes_the_loss_infinite(broken, device):
    rows = [(5, [1, 2]), (3, [1, 1])]
    logits = logits_of(device, 3, 2).requires_grad_()
    loss = broken.transcript_loss(logits, *pack(rows, device))
    equal(loss.item(), math.inf, "the loss of ab in 5 frames and aa in 3")
    loss.backward()
    equal(bool(logits.grad[:, 1].isnan().any()), True, "whether the gradient of the second row is nan")


def test_the_same_two_letters_fit_into_one_step_more(broken, device):
    logits = logits_of(device, 3, 1)
    losses = [broken.transcript_loss(logits, *pack([(frames, [1, 1])], device)).item() for frames in (4, 5)]
    equal(losses[0], math.inf, "the loss of aa in 2 steps")
    close(losses[1], by_hand(logits, [(5, [1, 1])]), "the loss of aa in 3 steps")
