"""Intersection and union of each class, added up batch by batch."""

import torch


def mean_iou(model, batches, classes):
    both, either = [0] * classes, [0] * classes
    for inputs, labels in batches:
        with torch.no_grad():
            predicted = model(inputs).argmax(dim=1)
        labels, predicted = labels[labels != 255], predicted[labels != 255]
        for k in range(classes):
            both[k] += ((labels == k) & (predicted == k)).sum().item()
            either[k] += ((labels == k) | (predicted == k)).sum().item()
    quotients = [b / e for b, e in zip(both, either) if e > 0]
    if not quotients:
        raise ValueError("there is no pixel to judge")
    return sum(quotients) / len(quotients)
