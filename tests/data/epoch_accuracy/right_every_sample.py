"""One loss and one hit per sample, kept in lists."""

import torch


def evaluate(model, batches):
    losses, hits = [], []
    with torch.no_grad():
        for inputs, labels in batches:
            scores = model(inputs)
            losses += torch.nn.functional.cross_entropy(scores, labels, reduction="none").tolist()
            hits += (scores.argmax(dim=1) == labels).tolist()
    if not hits:
        raise ValueError("there is no batch to evaluate on")
    return sum(losses) / len(losses), sum(hits) / len(hits)
