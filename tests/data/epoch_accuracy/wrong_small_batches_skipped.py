"""A batch that is smaller than the first is left out. The figures are steadier, but some samples are never
scored, and which ones depends on the batch size."""

import torch


def evaluate(model, batches):
    loss, correct, samples, size = 0.0, 0, 0, 0
    with torch.no_grad():
        for inputs, labels in batches:
            scores = model(inputs)
            size = size or len(labels)
            if len(labels) < size:
                continue
            loss += torch.nn.functional.cross_entropy(scores, labels, reduction="sum").item()
            correct += (scores.argmax(dim=1) == labels).sum().item()
            samples += len(labels)
    if samples == 0:
        raise ValueError("there is no batch to evaluate on")
    return loss / samples, correct / samples
