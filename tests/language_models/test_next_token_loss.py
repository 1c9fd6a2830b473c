"""The loss of a language model: what `collate` and `next_token_loss` promise together.

A model that knows the next token has loss 0. A table of scores, one row for each token, has the loss
and the gradient of the pairs (token, next token) that occur in the sentences.
"""

import itertools

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

VOCABULARY = 6
SENTENCES = [[1, 2, 3, 4, 5], [2, 5, 1], [4], [5, 5, 3, 1]]
PAIRS = [(1, 2), (2, 3), (3, 4), (4, 5), (2, 5), (5, 1), (5, 5), (5, 3), (3, 1)]  # (token, next one)
CONFIG = {"sentences": SENTENCES, "pad": 0}
CLAIM = "the loss is the mean of -log p(token | the tokens before it)"
ORACLE = "closed form: (softmax of a token's scores - its next tokens) / number of pairs"


def sentences(rows, device):
    return [torch.tensor(row, device=device) for row in rows]


def table(device):
    """Unequal scores of every next token, by token."""
    places = torch.arange(VOCABULARY**2, dtype=torch.float64, device=device)
    return torch.sin(places * places).reshape(VOCABULARY, VOCABULARY).requires_grad_()


def by_hand(scores, pairs):
    """The mean of -log p over the pairs, and its gradient."""
    logs = scores.detach().log_softmax(dim=1)
    slope = torch.zeros_like(logs)
    for token, following in pairs:
        slope[token] += logs[token].exp() / len(pairs)
        slope[token, following] -= 1 / len(pairs)
    return -sum(logs[pair].item() for pair in pairs) / len(pairs), slope


def loss_of(module, model, rows, device, pad=0):
    return module.next_token_loss(model, module.collate(sentences(rows, device), pad))


def certain(following, device):
    """Scores of 50 for one next token, 0 for the others."""
    rows = [[50.0 * (k == following[token]) for k in range(VOCABULARY)] for token in range(VOCABULARY)]
    return torch.tensor(rows, dtype=torch.float64, device=device)


# What they promise


def test_a_model_that_knows_the_next_token_has_no_loss(solution, device):
    scores = certain([0, 2, 3, 4, 5, 0], device)
    for rows in ([[1, 2, 3, 4, 5]], [[2, 3], [1, 2, 3, 4]], [[3, 4], [1, 2]]):
        loss = loss_of(solution, lambda ids: scores[ids], rows, device)
        close(loss.item(), 0.0, f"loss on {rows} of a model that always adds 1")


def test_a_model_that_repeats_what_it_has_read_is_always_wrong(solution, device):
    scores = certain(range(VOCABULARY), device)
    loss = loss_of(solution, lambda ids: scores[ids], [[1, 2, 3, 4, 5], [3, 4, 5]], device)
    close(loss.item(), 50.0, "loss on counting of a model that repeats the last token")


def test_loss_and_gradient_are_those_of_the_pairs_in_the_sentences(solution, device, evidence):
    scores = table(device)
    loss = loss_of(solution, lambda ids: scores[ids], SENTENCES, device)
    (slope,) = torch.autograd.grad(3 * loss, scores)
    known = scores.detach().cpu()  # an accelerator takes long for so many small steps
    want, analytic = by_hand(known, PAIRS)
    numeric = gradients.central_difference(lambda at: 3 * by_hand(at, PAIRS)[0], known)
    report = gradients.compare(
        slope, analytic=3 * analytic, numeric=numeric, what="gradient of 3 times the loss"
    )
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG, checkpoint={"scores": scores.detach()})
    report.require()
    close(loss.item(), want, "loss on four sentences of 5, 3, 1 and 4 tokens")


def test_sentences_that_fill_their_rows_do_not_mix(solution, device):
    scores = table(device)
    for rows in ([[1, 2], [3, 4]], [[3, 4], [1, 2]], [[5, 1, 2], [4, 4, 0]]):
        pairs = [pair for row in rows for pair in itertools.pairwise(row)]
        loss = loss_of(solution, lambda ids: scores[ids], rows, device)
        close(loss.item(), by_hand(scores, pairs)[0], f"loss on {rows}, without padding")


def test_a_word_that_has_the_id_of_the_padding_counts(solution, device):
    scores = table(device)
    loss = loss_of(solution, lambda ids: scores[ids], [[1, 0, 2, 0], [3, 4]], device, pad=0)
    pairs = [(1, 0), (0, 2), (2, 0), (3, 4)]
    close(loss.item(), by_hand(scores, pairs)[0], "loss on sentences in which token 0 is a word")


def test_a_token_is_predicted_from_all_tokens_before_it(solution, device):
    scores = table(device)
    loss = loss_of(
        solution, lambda ids: scores[ids.cumsum(dim=1) % VOCABULARY], [[1, 2, 4, 3], [2, 2]], device
    )
    pairs = [(1, 2), (3, 4), (1, 3), (2, 2)]  # (sum of all tokens so far modulo 6, next one)
    close(loss.item(), by_hand(scores, pairs)[0], "loss of a model that reads the sum of all tokens so far")


# What already works and must stay


def test_the_order_and_the_padding_do_not_matter(solution, device):
    scores = table(device)
    losses = [
        loss_of(solution, lambda ids: scores[ids], rows, device, pad).item()
        for rows in (SENTENCES, SENTENCES[::-1])
        for pad in (0, 4)
    ]
    close(losses, [losses[0]] * 4, "the loss of the same sentences in two orders, padded with 0 and with 4")


def test_equal_scores_cost_the_logarithm_of_the_vocabulary(solution, device):
    scores = torch.zeros(8, 8, dtype=torch.float64, device=device)
    loss = loss_of(solution, lambda ids: scores[ids], [list(range(8)), [4, 2, 7]], device)
    close(loss.item(), 2.0794415416798357, "loss of a model that finds 8 tokens equally likely")


def test_the_sentences_stay_as_they_were(solution, device):
    rows = sentences(SENTENCES, device)
    before = [row.clone() for row in rows]
    scores = table(device)
    solution.next_token_loss(lambda ids: scores[ids], solution.collate(rows, 0))
    equal(rows, before, "the sentences after the loss")


@pytest.mark.parametrize("rows", [[], [[3]], [[3], [1]]], ids=["none", "one", "two"])
def test_nothing_to_predict_is_an_error(solution, device, rows):
    with raises(ValueError, "two tokens", f"the sentences {rows}"):
        solution.collate(sentences(rows, device), 0)


# The documented failure


def test_each_step_is_asked_for_the_token_after_the_next(broken, device, evidence):
    scores = table(device)
    loss = loss_of(broken, lambda ids: scores[ids], SENTENCES, device)
    (slope,) = torch.autograd.grad(3 * loss, scores)
    report = gradients.compare(
        slope, analytic=3 * by_hand(scores, PAIRS)[1], what="gradient of 3 times the loss"
    )
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG, checkpoint={"scores": scores.detach()})
    want, skipped = by_hand(scores, [(1, 3), (2, 4), (3, 5), (2, 1), (5, 3), (5, 1)])
    close(slope, 3 * skipped, "gradient of 3 times the loss")
    close(loss.item(), want, "loss on four sentences of 5, 3, 1 and 4 tokens")


def test_knowing_the_next_token_is_punished(broken, device):
    scores = certain([0, 2, 3, 4, 5, 0], device)
    loss = loss_of(broken, lambda ids: scores[ids], [[1, 2, 3, 4, 5]], device)
    close(loss.item(), 50.0, "loss on counting of a model that always adds 1")
