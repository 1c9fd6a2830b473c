"""Each model's scores become probabilities before they're stacked."""

import torch


def vote(models, inputs, temperature=1.0):
    if not models:
        raise ValueError("there is no model to ask")
    chances = [(model(inputs) / temperature).softmax(dim=1) for model in models]
    return torch.stack(chances).mean(dim=0)


def choose(models, inputs):
    probability, label = vote(models, inputs).max(dim=1)
    return label, probability
