"""The probabilities are right. But without a graph nothing can be trained through them, and the docstring
has one.
"""

import torch


def vote(models, inputs, temperature=1.0):
    if not models:
        raise ValueError("there is no model to ask")
    with torch.no_grad():
        scores = torch.stack([model(inputs) for model in models])  # (models, n, classes)
    return (scores / temperature).softmax(dim=-1).mean(dim=0)


def choose(models, inputs):
    probability, label = vote(models, inputs).max(dim=1)
    return label, probability
