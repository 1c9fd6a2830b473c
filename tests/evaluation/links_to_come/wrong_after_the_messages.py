"""The link is subtracted from the description of its two nodes after the messages have been averaged. It's
still in the mean, and in the number that the mean is divided by.
"""

import torch


def neighbors(features, edges):
    sender, receiver = edges
    total = torch.zeros_like(features).index_add(0, receiver, features[sender])
    count = torch.zeros_like(features[:, 0]).index_add(0, receiver, torch.ones_like(features[sender, 0]))
    return total / count.clamp(min=1)[:, None]


def score(features, edges, pairs):
    asked = pairs[0] * len(features) + pairs[1]
    known = edges[0] * len(features) + edges[1]
    nodes = features + neighbors(features, edges)
    link = torch.isin(asked, known)[:, None]
    left = nodes[pairs[0]] - link * features[pairs[1]]
    right = nodes[pairs[1]] - link * features[pairs[0]]
    return (left * right).sum(dim=1)
