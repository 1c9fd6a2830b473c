"""A running mean: each batch moves it by that batch's share of the samples seen so far."""

import torch


def evaluate(model, batches):
    loss, accuracy, samples = 0.0, 0.0, 0
    with torch.no_grad():
        for inputs, labels in batches:
            scores = model(inputs)
            samples += len(labels)
            share = len(labels) / samples
            loss += share * (torch.nn.functional.cross_entropy(scores, labels).item() - loss)
            accuracy += share * ((scores.argmax(dim=1) == labels).double().mean().item() - accuracy)
    if samples == 0:
        raise ValueError("there is no batch to evaluate on")
    return loss, accuracy
