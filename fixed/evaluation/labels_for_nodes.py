"""Judge a model that labels every node of a graph."""

import torch
from torch.utils.data import DataLoader


def join(graphs):
    """Return one (features, labels) of many: the nodes of all graphs, one graph after the other."""
    features, labels = zip(*graphs)
    return torch.cat(features), torch.cat(labels)


def evaluate(model, graphs, batch_size):
    """Return (loss of a graph, accuracy of a node) of `model`, each averaged over the whole set.

    model:  maps (nodes, k) to scores (nodes, classes), each node by itself
    graphs: list of (features, labels), (nodes, k) and (nodes,); a label is an integer from 0, or -1 for a
            node whose class isn't known: it counts for nothing. A graph may have no node that counts
    batch_size: graphs in one call of the model
    loss of a graph: the sum of -log(probability of the label) over its nodes
    accuracy:        the share of the labels that have the largest score, among all nodes that count
    Returns two floats, which don't depend on `batch_size`; nothing is recorded for a backward pass.
    Raises ValueError if no node of the set has a label.
    """
    loader = DataLoader(graphs, batch_size=batch_size, collate_fn=join)
    if not any((labels >= 0).any() for _, labels in graphs):
        raise ValueError("no node has a label")
    total, hits, known = 0.0, 0, 0
    with torch.no_grad():
        for features, labels in loader:
            scores = model(features)
            total += torch.nn.functional.cross_entropy(
                scores, labels, ignore_index=-1, reduction="sum"
            ).item()
            hits += (scores.argmax(dim=1) == labels).sum().item()
            known += (labels >= 0).sum().item()  # hits are counted in nodes, so this is what divides them
    return total / len(loader.dataset), hits / known
