"""The softmax is over the classes. But the logarithms of the probabilities are averaged, and their
exponentials don't add up to 1 where the models disagree.
"""

import torch


def vote(models, inputs, temperature=1.0):
    if not models:
        raise ValueError("there is no model to ask")
    scores = torch.stack([model(inputs) for model in models])  # (models, n, classes)
    return (scores / temperature).log_softmax(dim=2).mean(dim=0).exp()


def choose(models, inputs):
    probability, label = vote(models, inputs).max(dim=1)
    return label, probability
