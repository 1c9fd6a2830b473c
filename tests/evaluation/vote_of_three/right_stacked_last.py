"""The models are stacked at the end, so dimension 1 is the classes."""

import torch


def vote(models, inputs, temperature=1.0):
    if not models:
        raise ValueError("there is no model to ask")
    scores = torch.stack([model(inputs) for model in models], dim=2)  # (n, classes, models)
    return (scores / temperature).softmax(dim=1).mean(dim=2)


def choose(models, inputs):
    probability, label = vote(models, inputs).max(dim=1)
    return label, probability
