"""Each pair is scored without its own link, but with those of the other pairs in question. So its score
depends on whether these are links.
"""

import torch


def neighbors(features, edges):
    sender, receiver = edges
    total = torch.zeros_like(features).index_add(0, receiver, features[sender])
    count = torch.zeros_like(features[:, 0]).index_add(0, receiver, torch.ones_like(features[sender, 0]))
    return total / count.clamp(min=1)[:, None]


def score(features, edges, pairs):
    scores = []
    for a, b in pairs.T:
        link = ((edges[0] == a) & (edges[1] == b)) | ((edges[0] == b) & (edges[1] == a))
        nodes = features + neighbors(features, edges[:, ~link])
        scores.append(nodes[a] @ nodes[b])
    return torch.stack(scores) if scores else features.new_zeros(0)
