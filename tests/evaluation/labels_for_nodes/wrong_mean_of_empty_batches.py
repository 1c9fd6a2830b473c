"""Each batch has its own share, and the shares are averaged. A batch without a label makes that nan, and
one with few labels counts as much as one with many.
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
            known = labels >= 0
            hits += (scores.argmax(dim=1) == labels)[known].float().mean().item()
    return total / len(loader.dataset), hits / len(loader)
