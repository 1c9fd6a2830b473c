"""Score a classifier on a set that is read batch by batch."""

import torch


def evaluate(model, batches):
    """Return the mean cross entropy and the accuracy of `model` over all samples of `batches`.

    model:   maps (samples, features) to scores (samples, classes), each sample by itself; it is called once a
             batch, without a graph
    batches: iterable of pairs (inputs, labels), read once, such as a DataLoader; no batch is empty, and they
             may differ in size; labels: (samples,), integers
    Both figures are means over samples, whatever the batches: the same samples give the same figures.
    Returns two floats; the accuracy is between 0 and 1. Raises ValueError when there is no batch.
    """
    losses, accuracies = [], []
    with torch.no_grad():
        for inputs, labels in batches:
            scores = model(inputs)
            losses.append(torch.nn.functional.cross_entropy(scores, labels))
            accuracies.append((scores.argmax(dim=1) == labels).double().mean())
    if not losses:
        raise ValueError("there is no batch to evaluate on")
    # Each entry is a mean already, so that the length of the set need not be known.
    return torch.stack(losses).mean().item(), torch.stack(accuracies).mean().item()
