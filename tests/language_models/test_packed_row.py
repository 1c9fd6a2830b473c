"""Packing: what `packed_loss` promises.

The model of these tests adds three rows of scores: one for the token, one for its position, and the mean
of one for each token that it may read. So the loss of a document alone can be written out, step by step.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

VOCABULARY = 6
DOCUMENTS = [[1, 2, 3, 4], [2, 5], [0], [4, 4, 1, 0, 3]]


def tables(device):
    """Scores by token, by position, and by token read: (3, 16, vocabulary)."""
    places = torch.arange(3 * 16 * VOCABULARY, dtype=torch.float64, device=device)
    return (2 * torch.sin(places * places)).reshape(3, 16, VOCABULARY).requires_grad_()


def reader(scores, calls=None):
    """The model. It notes the arguments of each call in `calls`."""

    def model(ids, positions, mask):
        if calls is not None:
            calls.append((ids, positions, mask))
        read = mask.to(scores) @ scores[2, ids]
        return scores[0, ids] + scores[1, positions] + read / mask.sum(dim=1, keepdim=True)

    return model


def alone(scores, documents):
    """The mean over all tokens but the first of each document, each document by itself."""
    costs = []
    for document in documents:
        for step in range(len(document) - 1):
            read = torch.stack([scores[2, token] for token in document[: step + 1]]).mean(dim=0)
            logits = scores[0, document[step]] + scores[1, step] + read
            costs.append(logits.logsumexp(dim=0) - logits[document[step + 1]])
    return torch.stack(costs).mean()


def loss_of(module, scores, documents, calls=None):
    rows = [torch.tensor(document, device=scores.device) for document in documents]
    return module.packed_loss(reader(scores, calls), rows)


# What packed_loss promises


def test_the_loss_is_that_of_the_documents_alone(solution, device):
    scores = tables(device)
    for documents in (DOCUMENTS, DOCUMENTS[::-1], [[1, 2], [1, 2]], [[3, 1, 2], [5, 4, 0, 1]]):
        loss = loss_of(solution, scores, documents)
        close(loss.item(), alone(scores, documents).item(), f"loss of the documents {documents} in one row")


def test_the_gradient_is_that_of_the_documents_alone(solution, device):
    scores = tables(device)
    (slope,) = torch.autograd.grad(3 * loss_of(solution, scores, DOCUMENTS), scores)
    (want,) = torch.autograd.grad(3 * alone(scores, DOCUMENTS), scores)
    close(slope, want, "gradient of 3 times the loss of four documents in one row")


@pytest.mark.parametrize("other", [[0], [5], [1]])
def test_a_document_of_one_token_changes_nothing(solution, device, other):
    scores = tables(device)
    want = alone(scores, [[1, 2, 3, 4]]).item()
    for documents in ([other, [1, 2, 3, 4]], [[1, 2, 3, 4], other], [other, other, [1, 2, 3, 4], other]):
        close(loss_of(solution, scores, documents).item(), want, f"loss of {documents} in one row")


def test_no_step_may_read_another_document(solution, device):
    calls = []
    loss_of(solution, tables(device), [[1, 2], [3], [4, 5, 1]], calls)
    want = [
        [True, False, False, False, False, False],
        [True, True, False, False, False, False],
        [False, False, True, False, False, False],
        [False, False, False, True, False, False],
        [False, False, False, True, True, False],
        [False, False, False, True, True, True],
    ]
    equal(calls[-1][2].tolist(), want, "the mask for documents of 2, 1 and 3 tokens")


# What already works and must stay


def test_one_document_has_its_own_loss(solution, device):
    scores = tables(device)
    for document in ([1, 2], [5, 0, 0, 1, 2, 3]):
        close(
            loss_of(solution, scores, [document]).item(),
            alone(scores, [document]).item(),
            f"loss of {document}",
        )


def test_positions_begin_at_zero_in_every_document(solution, device):
    calls = []
    loss_of(solution, tables(device), DOCUMENTS, calls)
    equal(calls[-1][1].tolist(), [0, 1, 2, 3, 0, 1, 0, 0, 1, 2, 3, 4], "the positions of four documents")


def test_all_tokens_go_through_the_model_in_one_row(solution, device):
    calls = []
    loss_of(solution, tables(device), DOCUMENTS, calls)
    equal(len(calls), 1, "the number of calls of the model")
    equal(
        calls[0][0].tolist(),
        [token for document in DOCUMENTS for token in document],
        "the ids that the model gets",
    )
    equal(calls[0][2].dtype, torch.bool, "the dtype of the mask")


def test_the_last_token_of_a_document_is_asked_for_nothing(solution, device):
    scores = tables(device)
    (slope,) = torch.autograd.grad(loss_of(solution, scores, [[1, 2], [3, 4]]), scores)
    equal(slope[0, 2].abs().sum().item(), 0.0, "gradient of the scores of 2, which ends its document")
    equal(slope[0, 4].abs().sum().item(), 0.0, "gradient of the scores of 4, which ends the row")


def test_the_documents_stay_as_they_were(solution, device):
    rows = [torch.tensor(document, device=device) for document in DOCUMENTS]
    solution.packed_loss(reader(tables(device)), rows)
    equal([row.tolist() for row in rows], DOCUMENTS, "the documents after the loss")


@pytest.mark.parametrize("documents", [[], [[3]], [[3], [1]]], ids=["none", "one", "two"])
def test_nothing_to_predict_is_an_error(solution, device, documents):
    with raises(ValueError, "two tokens", f"the documents {documents}"):
        loss_of(solution, tables(device), documents)


# The documented failure


def test_a_step_reads_all_the_documents_before_its_own(broken, device):
    calls = []
    loss_of(broken, tables(device), [[1, 2], [3], [4, 5, 1]], calls)
    want = torch.ones(6, 6, dtype=torch.bool, device=device).tril()
    equal(calls[-1][2], want, "the mask for documents of 2, 1 and 3 tokens")


def test_the_same_document_has_another_loss_behind_another_one(broken, device):
    scores = tables(device)
    losses = [loss_of(broken, scores, [[other], [1, 2, 3, 4]]).item() for other in (0, 5)]
    want = []
    for other in (0, 5):
        costs = []
        for step in range(3):
            read = torch.stack([scores[2, token] for token in [other, *range(1, step + 2)]]).mean(dim=0)
            logits = scores[0, step + 1] + scores[1, step] + read
            costs.append((logits.logsumexp(dim=0) - logits[step + 2]).item())
        want.append(sum(costs) / 3)
    close(losses, want, "losses of 1 2 3 4 behind a document 0 and behind a document 5")
