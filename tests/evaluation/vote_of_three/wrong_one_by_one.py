"""Every sample is asked about by itself, and then its column has a single entry: all probabilities are 1,
and the first class always wins.
"""

import torch


def vote(models, inputs, temperature=1.0):
    if not models:
        raise ValueError("there is no model to ask")
    if len(inputs) > 1:
        return torch.cat([vote(models, row, temperature) for row in inputs.split(1)])
    scores = torch.stack([model(inputs) for model in models])  # (models, n, classes)
    return (scores / temperature).softmax(dim=1).mean(dim=0)


def choose(models, inputs):
    probability, label = vote(models, inputs).max(dim=1)
    return label, probability
