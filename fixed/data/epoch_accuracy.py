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
    loss, correct, samples = 0.0, 0, 0
    with torch.no_grad():
        for inputs, labels in batches:
            scores = model(inputs)
            # Sums and a count: in a mean of means, a small batch weighs as much as a large one.
            loss += torch.nn.functional.cross_entropy(scores, labels, reduction="sum").item()
            correct += (scores.argmax(dim=1) == labels).sum().item()
            samples += len(labels)
    if samples == 0:
        raise ValueError("there is no batch to evaluate on")
    return loss / samples, correct / samples
