"""Sets of two nodes, which have no order."""

import torch


def neighbors(features, edges):
    sender, receiver = edges
    total = torch.zeros_like(features).index_add(0, receiver, features[sender])
    count = torch.zeros_like(features[:, 0]).index_add(0, receiver, torch.ones_like(features[sender, 0]))
    return total / count.clamp(min=1)[:, None]


def score(features, edges, pairs):
    asked = {frozenset(pair) for pair in pairs.T.tolist()}
    kept = [frozenset(edge) not in asked for edge in edges.T.tolist()]
    edges = edges[:, torch.tensor(kept, dtype=torch.bool, device=edges.device)]
    nodes = features + neighbors(features, edges)
    return (nodes[pairs[0]] * nodes[pairs[1]]).sum(dim=1)
