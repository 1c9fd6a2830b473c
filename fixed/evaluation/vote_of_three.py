"""Several networks that judge together."""

import torch


def vote(models, inputs, temperature=1.0):
    """Return the probability of every class for every sample, averaged over the models.

    models:      list of at least one; each maps (n, features) to scores (n, classes), and each sample by
                 itself
    inputs:      (n, features)
    temperature: above 0; scores are divided by it before they're turned into probabilities
    For one model, the probabilities of a sample are exp(score) / sum of exp(scores) over its classes, so
    they add up to 1. They don't depend on which other samples are asked about at the same time, and large
    scores are fine. Returns (n, classes), with a graph.
    Raises ValueError if there is no model.
    """
    if not models:
        raise ValueError("there is no model to ask")
    scores = torch.stack([model(inputs) for model in models])  # (models, n, classes)
    # over the classes, which are last: stacking has put the models in front
    return (scores / temperature).softmax(dim=-1).mean(dim=0)


def choose(models, inputs):
    """Return the most probable class of each sample, int64, (n,), and its probability, (n,)."""
    probability, label = vote(models, inputs).max(dim=1)
    return label, probability
