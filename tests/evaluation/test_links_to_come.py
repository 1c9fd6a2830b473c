"""Scores of pairs: what `score` promises.

A pair scores the same whether it's a link of the graph or not, and every other link carries messages.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import itertools

import pytest
import torch

from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

FEATURES = [[1.0, 0.0, 2.0], [-1.0, 2.0, 0.5], [0.0, -1.0, 1.0], [3.0, 1.0, -2.0], [-2.0, 1.0, 0.0]]
LINKS = [(0, 1), (1, 2), (2, 3), (0, 3)]  # node 4 has none


def tensor(device):
    return torch.tensor(FEATURES, dtype=torch.float64, device=device)


def both_ways(links, device):
    ways = [way for a, b in links for way in ((a, b), (b, a))]
    return torch.tensor(ways, dtype=torch.int64, device=device).reshape(-1, 2).T.contiguous()


def columns(pairs, device):
    return torch.tensor(pairs, dtype=torch.int64, device=device).reshape(-1, 2).T.contiguous()


def by_hand(links, pairs):
    """The scores without the links in question, with lists."""
    asked = {frozenset(pair) for pair in pairs}
    links = [link for link in links if frozenset(link) not in asked]
    nodes = []
    for node, own in enumerate(FEATURES):
        near = [FEATURES[b if a == node else a] for a, b in links if node in (a, b)]
        nodes.append([x + sum(other[k] for other in near) / max(1, len(near)) for k, x in enumerate(own)])
    return [sum(x * y for x, y in zip(nodes[a], nodes[b])) for a, b in pairs]


# What score promises


@pytest.mark.parametrize("pairs", [[(0, 1)], [(1, 0)], [(2, 1), (0, 4)], [(3, 0), (1, 2), (3, 4)]])
def test_a_link_in_question_sends_no_message(solution, device, pairs):
    got = solution.score(tensor(device), both_ways(LINKS, device), columns(pairs, device))
    close(got, by_hand(LINKS, pairs), f"the scores of {pairs}")


def test_a_pair_scores_the_same_whether_it_is_a_link_or_not(solution, device):
    others = [(0, 1), (1, 2), (2, 3)]
    for pair in itertools.permutations(range(5), 2):
        rest = [link for link in others if set(link) != set(pair)]
        without = solution.score(tensor(device), both_ways(rest, device), columns([pair], device))
        within = solution.score(tensor(device), both_ways([*rest, pair], device), columns([pair], device))
        close(within, without, f"the score of {pair} as a link, beside its score as none")


def test_a_pair_scores_like_its_reverse(solution, device):
    for a, b in itertools.combinations(range(5), 2):
        scores = [
            solution.score(tensor(device), both_ways(LINKS, device), columns([pair], device))
            for pair in ((a, b), (b, a))
        ]
        close(scores[1], scores[0], f"the score of {(b, a)}, beside that of {(a, b)}")


# What already works and must stay


def test_links_that_are_not_in_question_carry_messages_both_ways(solution, device):
    pairs = [(0, 2), (4, 1), (1, 3), (2, 4)]
    got = solution.score(tensor(device), both_ways(LINKS, device), columns(pairs, device))
    close(got, by_hand(LINKS, pairs), "the scores of four pairs, none of which is a link")


def test_asked_both_ways_a_link_is_out(solution, device):
    pairs = [(0, 1), (1, 0), (2, 3), (3, 2)]
    got = solution.score(tensor(device), both_ways(LINKS, device), columns(pairs, device))
    close(got, by_hand(LINKS, pairs), "the scores of two links, each asked both ways")


def test_among_many_links_only_the_one_in_question_is_taken_out(solution, device):
    n, half = 24, 12
    values = [float((7 * i) % 11 - 4) for i in range(n)]
    features = torch.tensor(values, dtype=torch.float64, device=device)[:, None]
    # all links but those between i and i + 12, which are asked about too: every node is in question
    none = [(i, i + half) for i in range(half)]
    links = [link for link in itertools.combinations(range(n), 2) if link not in none]
    for a, b in links[::3]:
        pairs = [(b, a), *none]
        got = solution.score(features, both_ways(links, device), columns(pairs, device))
        nodes = []
        for i, own in enumerate(values):
            strangers = {i, (i + half) % n} | ({a, b} if i in (a, b) else set())
            near = [x for j, x in enumerate(values) if j not in strangers]
            nodes.append(own + sum(near) / len(near))
        close(got, [nodes[c] * nodes[d] for c, d in pairs], f"the scores of {(b, a)} and twelve pairs apart")


def test_neighbors_are_averaged_and_a_lonely_node_gets_zeros(solution, device):
    got = solution.neighbors(tensor(device), torch.tensor([[0, 3, 2], [1, 1, 0]], device=device))
    wanted = [[0.0, -1.0, 1.0], [2.0, 0.5, 0.0], [0.0] * 3, [0.0] * 3, [0.0] * 3]
    close(got, wanted, "the mean of the senders, for each receiver")


def test_no_links_and_no_pairs_are_fine(solution, device):
    got = solution.score(tensor(device), both_ways([], device), columns([(0, 1), (3, 4)], device))
    close(got, [0.0, -5.0], "the scores in a graph without links, from the features alone")
    got = solution.score(tensor(device), both_ways(LINKS, device), columns([], device))
    equal(tuple(got.shape), (0,), "the shape of the scores of no pairs")


def test_a_score_has_a_gradient_through_the_messages(solution, device):
    features = tensor(device).requires_grad_()
    edges, pairs = both_ways(LINKS, device), columns([(0, 2)], device)
    (3 * solution.score(features, edges, pairs)).sum().backward()
    # node 0 hears (1 + 3) / 2, node 2 hears (1 + 3) / 2: both have x1 and x3 with weight 1/2
    x = torch.tensor(FEATURES, dtype=torch.float64, device=device)
    middle = (x[1] + x[3]) / 2
    close(features.grad[0], 3 * (x[2] + middle), "three times the slope along the features of node 0")
    close(features.grad[1], 1.5 * (x[0] + x[2] + 2 * middle), "three times the slope along those of node 1")
    close(features.grad[4], [0.0] * 3, "the slope along the features of a node that isn't concerned")


def test_the_inputs_are_left_as_they_were(solution, device):
    features, edges, pairs = tensor(device), both_ways(LINKS, device), columns([(1, 0)], device)
    solution.score(features, edges, pairs)
    equal(features, tensor(device), "the features after the call")
    equal(edges, both_ways(LINKS, device), "the links after the call")
    equal(pairs, columns([(1, 0)], device), "the pairs after the call")


# The documented failure


def test_a_link_answers_for_itself(broken, device):
    features = torch.tensor([[1.0], [3.0]], dtype=torch.float64, device=device)
    link = both_ways([(0, 1)], device)
    without = broken.score(features, link[:, :0], columns([(0, 1)], device))
    close(without, [3.0], "the score of a pair that isn't a link")
    # (0, 1) has gone; along (1, 0), node 0 hears from node 1: (1 + 3) · 3
    within = broken.score(features, link, columns([(0, 1)], device))
    close(within, [12.0], "the score of the same pair as a link")
