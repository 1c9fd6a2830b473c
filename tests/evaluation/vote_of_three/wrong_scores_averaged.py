"""The softmax is over the classes. But the scores are averaged before it, and not the probabilities after
it: one model with large scores outvotes all others.
"""

import torch


def vote(models, inputs, temperature=1.0):
    if not models:
        raise ValueError("there is no model to ask")
    scores = torch.stack([model(inputs) for model in models])  # (models, n, classes)
    return (scores / temperature).mean(dim=0).softmax(dim=1)


def choose(models, inputs):
    probability, label = vote(models, inputs).max(dim=1)
    return label, probability
