"""Score a classifier on a set that is read batch by batch."""

import torch


def evaluate(model, batches):
    """Return the mean cross entropy and the accuracy of `model` over all samples of `batches`.

    model:   maps (samples, features) to scores (samples, classes), each sample by itself; it is called once
             per batch, without a graph
    batches: iterable of pairs (inputs, labels), such as a DataLoader; read once. Batches may differ in size,
             and none is empty. labels: (samples,), integers
    The same samples give the same two floats, however they are cut into batches. The accuracy is between 0
    and 1. Raises ValueError if there is no batch.
    """
    losses, accuracies = [], []
    with torch.no_grad():
        for inputs, labels in batches:
            scores = model(inputs)
            losses.append(torch.nn.functional.cross_entropy(scores, labels))
            accuracies.append((scores.argmax(dim=1) == labels).double().mean())
    if not losses:
        raise ValueError("there is no batch to evaluate on")
    return torch.stack(losses).mean().item(), torch.stack(accuracies).mean().item()
