"""A sigmoid asks of each class by itself whether it's there. The probabilities of a sample should add up
to 1.
"""

import torch


def vote(models, inputs, temperature=1.0):
    if not models:
        raise ValueError("there is no model to ask")
    scores = torch.stack([model(inputs) for model in models])  # (models, n, classes)
    return (scores / temperature).sigmoid().mean(dim=0)


def choose(models, inputs):
    probability, label = vote(models, inputs).max(dim=1)
    return label, probability
