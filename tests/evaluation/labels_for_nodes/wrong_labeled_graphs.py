"""The hits are divided by the number of graphs that have a label. Hits are counted in nodes, so it's the
number of labels that divides them.
"""

import torch
from torch.utils.data import DataLoader


def join(graphs):
    features, labels = zip(*graphs)
    return torch.cat(features), torch.cat(labels)


def evaluate(model, graphs, batch_size):
    loader = DataLoader(graphs, batch_size=batch_size, collate_fn=join)
    if not any((labels >= 0).any() for _, labels in graphs):
        raise ValueError("no node has a label")
    total, hits = 0.0, 0
    with torch.no_grad():
        for features, labels in loader:
            scores = model(features)
            total += torch.nn.functional.cross_entropy(
                scores, labels, ignore_index=-1, reduction="sum"
            ).item()
            hits += (scores.argmax(dim=1) == labels).sum().item()
    return total / len(loader.dataset), hits / sum((labels >= 0).any().item() for _, labels in graphs)
