"""A table of the pairs in question, filled both ways."""

import torch


def neighbors(features, edges):
    sender, receiver = edges
    total = torch.zeros_like(features).index_add(0, receiver, features[sender])
    count = torch.zeros_like(features[:, 0]).index_add(0, receiver, torch.ones_like(features[sender, 0]))
    return total / count.clamp(min=1)[:, None]


def score(features, edges, pairs):
    asked = torch.zeros(len(features), len(features), dtype=torch.bool, device=edges.device)
    asked[pairs[0], pairs[1]] = asked[pairs[1], pairs[0]] = True
    edges = edges[:, ~asked[edges[0], edges[1]]]
    nodes = features + neighbors(features, edges)
    return (nodes[pairs[0]] * nodes[pairs[1]]).sum(dim=1)
