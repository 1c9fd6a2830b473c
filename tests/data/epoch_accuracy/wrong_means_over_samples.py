"""What's added up are the means of batches, and what divides them is the number of samples. A mean has
been divided already.
"""

import torch


def evaluate(model, batches):
    losses, accuracies, samples = [], [], 0
    with torch.no_grad():
        for inputs, labels in batches:
            samples += len(labels)
            scores = model(inputs)
            losses.append(torch.nn.functional.cross_entropy(scores, labels))
            accuracies.append((scores.argmax(dim=1) == labels).double().mean())
    if not losses:
        raise ValueError("there is no batch to evaluate on")
    return (torch.stack(losses).sum() / samples).item(), (torch.stack(accuracies).sum() / samples).item()
