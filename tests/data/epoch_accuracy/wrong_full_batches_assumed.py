"""Every batch is counted as if it were as large as the first. The missing samples of the last batch count as
mistakes."""

import torch


def evaluate(model, batches):
    loss, correct, count, size = 0.0, 0, 0, 0
    with torch.no_grad():
        for inputs, labels in batches:
            scores = model(inputs)
            loss += torch.nn.functional.cross_entropy(scores, labels, reduction="sum").item()
            correct += (scores.argmax(dim=1) == labels).sum().item()
            size = size or len(labels)
            count += 1
    if count == 0:
        raise ValueError("there is no batch to evaluate on")
    return loss / (count * size), correct / (count * size)
