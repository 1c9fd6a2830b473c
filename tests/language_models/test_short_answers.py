"""Fine-tuning on short texts: what `training_loss` promises.

A table of scores, one row for each token read, has the loss and the gradient of the pairs (token, next
token) that count. Every text ends with one such pair, whatever the batch is filled up with.
"""

import itertools

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

VOCABULARY, EOS, PAD, LIMIT = 6, 4, 5, 10
TEXTS = [[1, 2, 3], [3, 1, 2, 0, 3], [2], [0, 1]]
CONFIG = {"texts": TEXTS, "eos": EOS, "pad": EOS, "limit": LIMIT}
CLAIM = "the loss is the mean of -log p(token | the tokens before it) over all texts, each followed by eos"
ORACLE = "closed form: (softmax of a token's scores - its next tokens) / number of pairs"


def table(device):
    """Unequal scores of every next token, by token."""
    places = torch.arange(VOCABULARY**2, dtype=torch.float64, device=device)
    return torch.cos(places * places).reshape(VOCABULARY, VOCABULARY).requires_grad_()


def pairs_of(texts):
    return [pair for text in texts for pair in itertools.pairwise([*text, EOS])]


def by_hand(scores, pairs):
    """The mean of -log p over the pairs, and its gradient, computed on the CPU."""
    logs = scores.detach().cpu().log_softmax(dim=1)
    slope = torch.zeros_like(logs)
    for token, following in pairs:
        slope[token] += logs[token].exp() / len(pairs)
        slope[token, following] -= 1 / len(pairs)
    return -sum(logs[pair].item() for pair in pairs) / len(pairs), slope


def loss_of(module, scores, texts, pad, limit=LIMIT):
    rows = [torch.tensor(text, device=scores.device) for text in texts]
    return module.training_loss(lambda ids: scores[ids], rows, EOS, pad, limit)


# What training_loss promises


def test_the_end_of_each_text_has_a_gradient_and_padding_has_none(solution, device, evidence):
    scores, pairs = table(device), pairs_of(TEXTS)
    loss = loss_of(solution, scores, TEXTS, pad=EOS)
    (slope,) = torch.autograd.grad(3 * loss, scores)
    want, analytic = by_hand(scores, pairs)
    known = scores.detach().cpu()  # an accelerator takes long for so many small steps
    numeric = gradients.central_difference(lambda at: 3 * by_hand(at, pairs)[0], known)
    report = gradients.compare(
        slope, analytic=3 * analytic, numeric=numeric, what="gradient of 3 times the loss, padded with eos"
    )
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG, checkpoint={"scores": scores.detach()})
    report.require()
    close(loss.item(), want, "loss of four texts, padded with eos")


def test_the_padding_does_not_change_the_loss(solution, device):
    scores = table(device)
    for texts in (TEXTS, TEXTS[:2], [[1], [0, 1, 2, 3, 2, 1, 0]]):
        want, _ = by_hand(scores, pairs_of(texts))
        for pad in (EOS, PAD):
            close(loss_of(solution, scores, texts, pad).item(), want, f"loss of {texts}, padded with {pad}")


def test_every_other_id_can_be_a_word(solution, device):
    scores, texts = table(device), [[0, 1, 2], [3, 5, 0, 5], [5]]
    loss = loss_of(solution, scores, texts, pad=EOS)
    close(loss.item(), by_hand(scores, pairs_of(texts))[0], f"loss of {texts}, padded with {EOS}")


def test_a_text_alone_learns_its_end(solution, device):
    scores = table(device)
    loss = loss_of(solution, scores, [[2, 3]], pad=EOS)
    close(loss.item(), by_hand(scores, [(2, 3), (3, EOS)])[0], "loss of one text, without any padding")


def test_an_end_between_two_turns_counts_too(solution, device):
    scores = table(device)
    for pad in (EOS, PAD):
        loss = loss_of(solution, scores, [[1, EOS, 2, 3], [3, EOS, EOS], [0]], pad)
        pairs = [(1, EOS), (EOS, 2), (2, 3), (3, EOS), (3, EOS), (EOS, EOS), (EOS, EOS), (0, EOS)]
        close(loss.item(), by_hand(scores, pairs)[0], f"loss of texts with turns, padded with {pad}")


def test_a_text_that_fits_exactly_keeps_its_end(solution, device):
    scores = table(device)
    loss = loss_of(solution, scores, [[1, 2, 3], [2]], pad=EOS, limit=4)
    pairs = [(1, 2), (2, 3), (3, EOS), (2, EOS)]
    close(loss.item(), by_hand(scores, pairs)[0], "loss of texts of 3 and 1 tokens with a limit of 4")


# What already works and must stay


def test_with_a_padding_of_its_own_every_end_is_learned(solution, device):
    scores = table(device)
    loss = loss_of(solution, scores, TEXTS, pad=PAD)
    close(loss.item(), by_hand(scores, pairs_of(TEXTS))[0], "loss of four texts, padded with an unused id")


def test_a_text_that_is_cut_does_not_end_there(solution, device):
    scores = table(device)
    for limit, pairs in ((3, [(1, 2), (2, 3), (2, 1), (1, 0)]), (2, [(1, 2), (2, 1)])):
        loss = loss_of(solution, scores, [[1, 2, 3], [2, 1, 0, 3]], PAD, limit)
        close(loss.item(), by_hand(scores, pairs)[0], f"loss of texts of 3 and 4 tokens, cut to {limit}")


def test_the_model_reads_ids_only(solution, device):
    scores, read = table(device), []

    def model(ids):
        read.append(ids.clone())
        return scores[ids]

    texts = [torch.tensor(text, device=device) for text in TEXTS]
    before = [text.clone() for text in texts]
    solution.training_loss(model, texts, EOS, EOS, LIMIT)
    low, high = min(ids.min().item() for ids in read), max(ids.max().item() for ids in read)
    equal((low >= 0, high < VOCABULARY), (True, True), "whether the model got ids between 0 and 5 only")
    equal(texts, before, "the texts after the loss")


def test_no_texts_are_an_error(solution, device):
    with raises(ValueError, "no texts", "training on no texts"):
        loss_of(solution, table(device), [], EOS)


# The documented failure


def test_no_step_is_ever_asked_for_the_end(broken, device, evidence):
    scores = table(device)
    loss = loss_of(broken, scores, TEXTS, pad=EOS)
    (slope,) = torch.autograd.grad(3 * loss, scores)
    right = by_hand(scores, pairs_of(TEXTS))[1]
    report = gradients.compare(
        slope, analytic=3 * right, what="gradient of 3 times the loss, padded with eos"
    )
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG, checkpoint={"scores": scores.detach()})
    want, without = by_hand(scores, [pair for pair in pairs_of(TEXTS) if pair[1] != EOS])
    close(slope, 3 * without, "gradient of 3 times the loss, padded with eos")
    close(loss.item(), want, "loss of four texts, padded with eos")


def test_the_scores_of_the_end_are_only_pushed_down(broken, device):
    scores = table(device)
    (slope,) = torch.autograd.grad(loss_of(broken, scores, TEXTS, pad=EOS), scores)
    equal(bool((slope[:, EOS] >= 0).all()), True, "whether every step lowers the scores of the end")
