"""Which links will come? Scores for pairs of nodes, from a graph that messages run along."""

import torch


def neighbors(features, edges):
    """Return the mean feature vector of each node's neighbors, zeros for a node without any.

    features: (nodes, k); edges: int64 (2, m), row 0 the sender of each message, row 1 its receiver
    """
    sender, receiver = edges
    total = torch.zeros_like(features).index_add(0, receiver, features[sender])
    count = torch.zeros_like(features[:, 0]).index_add(0, receiver, torch.ones_like(features[sender, 0]))
    return total / count.clamp(min=1)[:, None]


def score(features, edges, pairs):
    """Score each pair of nodes: the larger, the likelier is a link between them.

    features: (nodes, k), floating point
    edges:    int64 (2, m), the links that are known; each link is there twice, as (a, b) and as (b, a)
    pairs:    int64 (2, p), the pairs in question, each as (a, b) or as (b, a); some are links in `edges`,
              since they were split off from the same graph, and some aren't
    Returns (p,): dot products of the two nodes, each described by its features plus the mean of its
    neighbors' features. The score of a pair is the same whether the pairs in question are links in `edges`
    or not, and (a, b) scores like (b, a). Links that aren't in question carry messages both ways.
    """
    asked = pairs[0] * len(features) + pairs[1]
    known = edges[0] * len(features) + edges[1]
    edges = edges[:, ~torch.isin(known, asked)]
    nodes = features + neighbors(features, edges)
    return (nodes[pairs[0]] * nodes[pairs[1]]).sum(dim=1)
