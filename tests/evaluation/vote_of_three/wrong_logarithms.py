"""The dimension is right, but `log_softmax` gives logarithms: numbers below 0 that don't add up to 1."""

import torch


def vote(models, inputs, temperature=1.0):
    if not models:
        raise ValueError("there is no model to ask")
    scores = torch.stack([model(inputs) for model in models])  # (models, n, classes)
    return (scores / temperature).log_softmax(dim=-1).mean(dim=0)


def choose(models, inputs):
    probability, label = vote(models, inputs).max(dim=1)
    return label, probability
