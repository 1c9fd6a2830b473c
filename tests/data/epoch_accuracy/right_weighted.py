"""The batch means are weighted by the batch sizes."""

import torch


def evaluate(model, batches):
    losses, accuracies, sizes = [], [], []
    with torch.no_grad():
        for inputs, labels in batches:
            scores = model(inputs)
            losses.append(torch.nn.functional.cross_entropy(scores, labels).item())
            accuracies.append((scores.argmax(dim=1) == labels).double().mean().item())
            sizes.append(len(labels))
    if not sizes:
        raise ValueError("there is no batch to evaluate on")
    loss = sum(value * size for value, size in zip(losses, sizes)) / sum(sizes)
    accuracy = sum(value * size for value, size in zip(accuracies, sizes)) / sum(sizes)
    return loss, accuracy
