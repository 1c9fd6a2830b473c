"""Attention in a batch: what `attend` promises.

The expected outputs are written out for each text by itself, token by token: exponentials of the scores of
all tokens that may be read, divided by their sum.
"""

import math

import pytest
import torch

from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

WIDTH, DEPTH = 3, 2
LENGTHS = (2, 4, 1, 3)
GAPS = {
    "in front": ((2, 0), (0, 0), (3, 0), (1, 0)),
    "behind": ((0, 2), (0, 0), (0, 3), (0, 1)),
    "on both sides": ((1, 1), (0, 0), (2, 1), (1, 0)),
}


def batch(device, gaps, more=(0, 0), filler=0.5):
    """Unequal queries, keys and values for texts of LENGTHS with these gaps, and the mask."""
    columns = max(LENGTHS) + sum(more)
    parts = [
        torch.full((len(LENGTHS), columns, width), filler, dtype=torch.float64, device=device)
        for width in (WIDTH, WIDTH, DEPTH)
    ]
    mask = torch.zeros(len(LENGTHS), columns, dtype=torch.bool, device=device)
    for row, (length, (front, _)) in enumerate(zip(LENGTHS, gaps)):
        start = front + more[0]
        mask[row, start : start + length] = True
        for k, part in enumerate(parts):
            numbers = torch.arange(length * part.shape[2], dtype=torch.float64, device=device) + 7 * row + k
            part[row, start : start + length] = 2 * torch.sin(numbers * numbers).reshape(length, -1)
    return [part.requires_grad_() for part in parts], mask


def by_hand(parts, mask):
    """The outputs of the tokens of all texts, in one list."""
    queries, keys, values = parts
    rows = []
    for text, real in enumerate(mask):
        q, k, v = queries[text, real], keys[text, real], values[text, real]
        for i in range(len(q)):
            sizes = [torch.exp(q[i] @ k[j] / math.sqrt(WIDTH)) for j in range(i + 1)]
            rows.append(sum(size * v[j] for j, size in enumerate(sizes)) / sum(sizes))
    return torch.stack(rows)


# What attend promises


@pytest.mark.parametrize("where", ["in front", "on both sides"])
def test_a_token_reads_what_it_reads_in_its_text_alone(solution, device, where):
    parts, mask = batch(device, GAPS[where])
    close(
        solution.attend(*parts, mask)[mask], by_hand(parts, mask), f"outputs of the tokens, padding {where}"
    )


@pytest.mark.parametrize("where", list(GAPS))
@pytest.mark.parametrize(
    ("more", "filler"), [((2, 0), 0.5), ((1, 1), -3.0), ((0, 2), 30.0)], ids=["a", "b", "c"]
)
def test_amount_and_content_of_the_padding_do_not_matter(solution, device, where, more, filler):
    parts, mask = batch(device, GAPS[where], more, filler)
    got = solution.attend(*parts, mask)
    what = f"padding {where}, {sum(more)} columns more, all filled with {filler}"
    close(got[mask], by_hand(parts, mask), f"outputs of the tokens, {what}")
    close(got[~mask], torch.zeros_like(got[~mask]), f"outputs at padding, {what}")


def test_a_token_reads_itself_however_low_its_score(solution, device):
    queries = torch.ones(1, 3, 1, dtype=torch.float64, device=device)
    values = torch.tensor([[[9.0], [2.0], [-9.0]]], dtype=torch.float64, device=device)
    mask = torch.tensor([[False, True, False]], device=device)
    got = solution.attend(queries, -1e5 * mask.unsqueeze(2).double(), values, mask)
    close(got, [[[0.0], [2.0], [0.0]]], "outputs of a token with a score of -100000, beside padding with 0")


@pytest.mark.parametrize("where", list(GAPS))
def test_tokens_have_their_gradients_and_padding_has_none(solution, device, where):
    parts, mask = batch(device, GAPS[where], more=(1, 1))
    outputs = solution.attend(*parts, mask)
    pull = torch.arange(outputs.numel(), dtype=torch.float64, device=device).cos().reshape(outputs.shape)
    slopes = torch.autograd.grad((3 * pull * outputs).sum(), parts)
    wanted = torch.autograd.grad((3 * pull[mask] * by_hand(parts, mask)).sum(), parts)
    for name, slope, want in zip(("queries", "keys", "values"), slopes, wanted):
        close(slope, want, f"gradient of the {name}, padding {where}")


# What already works and must stay


def test_padding_behind_a_text_is_not_read(solution, device):
    parts, mask = batch(device, GAPS["behind"])
    got = solution.attend(*parts, mask)
    close(got[mask], by_hand(parts, mask), "outputs of the tokens, padding behind")
    close(got[~mask], torch.zeros_like(got[~mask]), "outputs at padding behind")


def test_a_token_does_not_read_what_comes_after_it(solution, device):
    parts, mask = batch(device, GAPS["behind"])
    before = solution.attend(*parts, mask)[1, :3].detach().clone()
    _, keys, values = (part.detach().clone() for part in parts)
    keys[1, 3], values[1, 3] = 9.0, -9.0
    after = solution.attend(parts[0], keys, values, mask)[1, :3]
    close(after, before, "outputs of three tokens after the fourth was changed")


def test_texts_of_one_length_have_no_padding(solution, device):
    parts, mask = batch(device, GAPS["behind"])
    full = [part[1:2] for part in parts]
    close(
        solution.attend(*full, mask[1:2])[0], by_hand(full, mask[1:2]), "outputs of a text that fills its row"
    )


def test_the_inputs_stay_as_they_were(solution, device):
    parts, mask = batch(device, GAPS["on both sides"])
    before = [part.detach().clone() for part in parts], mask.clone()
    solution.attend(*parts, mask)
    equal(([part.detach() for part in parts], mask), before, "queries, keys, values and mask after the call")


# The documented failure


def test_tokens_read_the_padding_in_front_of_them(broken, device):
    parts, mask = batch(device, GAPS["in front"])
    got = broken.attend(*parts, mask)
    # the text of one token behind three of padding: four scores, and four values
    q, k, v = (part.detach()[2] for part in parts)
    sizes = torch.exp(k @ q[3] / math.sqrt(WIDTH))
    close(
        got[2, 3], (sizes[:, None] * v).sum(dim=0) / sizes.sum(), "output of a token behind three of padding"
    )
    close(got[mask][2:6], by_hand(parts, mask)[2:6], "outputs of the text without padding")


def test_more_padding_in_front_changes_the_answer_more(broken, device):
    answers = []
    for front in (0, 1, 4):
        zeros, values = (
            torch.zeros(1, front + 1, 1, device=device),
            torch.full((1, front + 1, 1), 9.0, device=device),
        )
        values[0, -1], mask = 1.0, torch.zeros(1, front + 1, dtype=torch.bool, device=device)
        mask[0, -1] = True
        answers.append(round(broken.attend(zeros, zeros, values, mask)[0, -1].item(), 4))
    equal(answers, [1.0, 5.0, 7.4], "what a token with the value 1 reads behind 0, 1 and 4 of padding with 9")
