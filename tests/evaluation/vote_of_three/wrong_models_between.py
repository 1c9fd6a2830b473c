"""With the models in the middle, `dim=1` means them: they compete with each other. And the average over
dimension 0 is over the samples.
"""

import torch


def vote(models, inputs, temperature=1.0):
    if not models:
        raise ValueError("there is no model to ask")
    scores = torch.stack([model(inputs) for model in models], dim=1)  # (models, n, classes)
    return (scores / temperature).softmax(dim=1).mean(dim=0)


def choose(models, inputs):
    probability, label = vote(models, inputs).max(dim=1)
    return label, probability
