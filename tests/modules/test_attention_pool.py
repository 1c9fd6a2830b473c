"""Pooling of padded sequences by attention: what `pool` promises.

The reference pools each sequence alone, cut to its length, with both attentions written out: no padding, no
mask. The mixer has identity maps for queries, keys, values and the output, so that a token x of a sequence
becomes the sum of its tokens y with the weights softmax(x . y / sqrt(width)).
"""

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

TOKENS = [
    [[1.0, 0.0], [0.0, 2.0], [3.0, -1.0], [0.5, 0.5]],
    [[2.0, 1.0], [-1.0, 1.0], [0.0, 0.0], [0.0, 0.0]],
    [[0.0, 3.0], [1.0, 1.0], [2.0, 0.0], [0.0, 0.0]],
]
LENGTHS = [4, 2, 3]
QUERY = [1.0, -0.5]

WIDE = {
    "tokens": [[[1.0, 0.0, 2.0], [0.5, 1.0, 0.0]], [[0.0, -1.0, 1.0], [3.0, 3.0, 3.0]]],
    "lengths": [2, 1],
    "query": [0.5, -1.0, 2.0],
}

RECORD = {
    "claim": "the gradient by the query is that of pooling each sequence alone, cut to its length",
    "oracle": "softmax written out: the covariance of the tokens under the weights, divided by sqrt(width)",
    "config": {"tokens": TOKENS, "lengths": LENGTHS, "query": QUERY},
}


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def identity_mixer(device, width):
    mixer = torch.nn.MultiheadAttention(width, 1, batch_first=True, device=device, dtype=torch.float64)
    with torch.no_grad():
        mixer.in_proj_weight.copy_(torch.eye(width, device=device).repeat(3, 1))
        mixer.out_proj.weight.copy_(torch.eye(width, device=device))
        mixer.in_proj_bias.zero_()
        mixer.out_proj.bias.zero_()
    return mixer


def call(module, device, tokens=TOKENS, lengths=LENGTHS, query=QUERY):
    query = tensor(query, device).requires_grad_()
    lengths = torch.tensor(lengths, device=device)
    return module.pool(identity_mixer(device, len(query)), query, tensor(tokens, device), lengths), query


def mixed_alone(sequence):
    """(length, width): the tokens of one sequence after the identity mixer."""
    return (sequence @ sequence.T / sequence.shape[1] ** 0.5).softmax(-1) @ sequence


def pooled_alone(sequence, query):
    mixed = mixed_alone(sequence)
    return (mixed @ query / len(query) ** 0.5).softmax(-1) @ mixed


def reference(device, tokens=TOKENS, lengths=LENGTHS, query=QUERY):
    sequences = [tensor(rows[:length], device) for rows, length in zip(tokens, lengths)]
    return torch.stack([pooled_alone(sequence, tensor(query, device)) for sequence in sequences])


def query_report(module, device):
    """The gradient of the sum of all pooled numbers by the query, beside its two witnesses."""
    pooled, query = call(module, device)
    pooled.sum().backward()
    slope = torch.zeros_like(query)
    for rows, length in zip(TOKENS, LENGTHS):
        mixed = mixed_alone(tensor(rows[:length], device))
        weights = (mixed @ query.detach() / 2**0.5).softmax(-1)
        centred = mixed - weights @ mixed
        slope = slope + (weights * mixed.sum(1)) @ centred / 2**0.5
    return gradients.compare(
        query.grad,
        analytic=slope,
        numeric=gradients.central_difference(
            lambda q: reference(device, query=q.tolist()).sum(), tensor(QUERY, device)
        ),
        what="gradient by the query",
    )


# What pool promises


def test_each_sequence_is_pooled_as_if_alone(solution, device):
    pooled, _ = call(solution, device)
    close(pooled, reference(device), "pooled vectors of sequences of 4, 2 and 3 tokens")


def test_the_scores_are_divided_by_the_root_of_the_width(solution, device):
    pooled, _ = call(solution, device, **WIDE)
    close(pooled, reference(device, **WIDE), "pooled vectors of tokens of width 3")


def test_a_sequence_without_padding_is_pooled_by_its_query(solution, device):
    pooled, _ = call(solution, device, tokens=TOKENS[:1], lengths=[4], query=[0.25, 2.0])
    wanted = reference(device, tokens=TOKENS[:1], lengths=[4], query=[0.25, 2.0])
    close(pooled, wanted, "pooled vector of a sequence that fills the batch")


def test_the_query_gets_the_gradient_of_the_pooling(solution, device, evidence):
    report = query_report(solution, device)
    evidence(report, **RECORD, checkpoint={"query": tensor(QUERY, device)})
    report.require()


@pytest.mark.parametrize("query", [QUERY, [-400.0, -200.0]], ids=["query", "large_query"])
@pytest.mark.parametrize("filler", [-1000.0, -3.0, 0.0, 1000.0])
def test_what_the_padding_holds_does_not_matter(solution, device, filler, query):
    padded = [
        [token if k < length else [filler, 1.0] for k, token in enumerate(rows)]
        for rows, length in zip(TOKENS, LENGTHS)
    ]
    pooled, _ = call(solution, device, tokens=padded, query=query)
    close(pooled, reference(device, query=query), f"pooled vectors, padded with {filler}, query {query}")


def test_only_the_tokens_of_the_sequence_itself_count(solution, device):
    tokens = tensor(TOKENS, device).requires_grad_()
    query, lengths = tensor(QUERY, device), torch.tensor(LENGTHS, device=device)
    pooled = solution.pool(identity_mixer(device, 2), query, tokens, lengths)
    for sample, length in enumerate(LENGTHS):
        (slope,) = torch.autograd.grad(pooled[sample].sum(), tokens, retain_graph=True)
        wanted = [[i == sample and k < length for k in range(4)] for i in range(3)]
        equal((slope.abs().sum(-1) > 1e-12).tolist(), wanted, f"which tokens count for sequence {sample}")


def test_the_mixer_gets_its_gradient(solution, device):
    mixer = identity_mixer(device, 2)
    lengths = torch.tensor(LENGTHS, device=device)
    solution.pool(mixer, tensor(QUERY, device), tensor(TOKENS, device), lengths).sum().backward()
    # a shift of all mixed tokens leaves the weights alone and shifts each of the 3 pooled vectors by itself
    close(mixer.out_proj.bias.grad, [3.0, 3.0], "gradient by the mixer's out_proj.bias")


def test_a_sequence_of_one_token_is_pooled_to_that_token(solution, device):
    pooled, _ = call(
        solution, device, tokens=[[[2.0, 1.0], [5.0, 5.0]], [[0.5, 4.0], [1.0, 0.0]]], lengths=[1, 1]
    )
    close(pooled, [[2.0, 1.0], [0.5, 4.0]], "pooled vectors of sequences of one token")


# What already works and must stay


def test_there_is_one_vector_for_each_sequence(solution, device):
    for samples in (1, 3):
        pooled, _ = call(solution, device, tokens=TOKENS[:samples], lengths=LENGTHS[:samples])
        equal(list(pooled.shape), [samples, 2], f"shape for {samples} sequences")


def test_an_empty_batch_gives_no_vectors(solution, device):
    tokens = torch.zeros(0, 4, 2, dtype=torch.float64, device=device)
    lengths = torch.zeros(0, dtype=torch.int64, device=device)
    pooled = solution.pool(identity_mixer(device, 2), tensor(QUERY, device), tokens, lengths)
    equal(list(pooled.shape), [0, 2], "shape for no sequences")


@pytest.mark.parametrize("lengths", [[0, 2, 3], [4, 2, 5]], ids=["zero", "beyond"])
def test_a_length_outside_the_batch_is_refused(solution, device, lengths):
    with raises(ValueError, "", f"the lengths {lengths}"):
        call(solution, device, lengths=lengths)


# The documented failure


def test_a_sequence_without_padding_becomes_zeros(broken, device):
    pooled, _ = call(broken, device)
    close(pooled[0], [0.0, 0.0], "pooled vector of the sequence that fills the batch")


@pytest.mark.parametrize("query", [[1.0, -0.5], [-7.0, 2.0]])
def test_a_sequence_with_padding_becomes_its_mean(broken, device, query):
    pooled, _ = call(broken, device, query=query)
    # padding of zeros attends to all tokens alike, so it becomes their mean, and is all that is pooled
    close(pooled[1:], [[0.5, 1.0], [1.0, 4 / 3]], f"pooled vectors for the query {query}")


def test_the_query_gets_no_gradient(broken, device, evidence):
    report = query_report(broken, device)
    evidence(report, **RECORD, checkpoint={"query": tensor(QUERY, device)})
    close(report.autograd, [0.0, 0.0], "gradient by the query", rtol=0.0, atol=1e-12)
