"""All judged pixels are kept until the end, and counted once."""

import torch


def mean_iou(model, batches, classes):
    collected = []
    for inputs, labels in batches:
        with torch.no_grad():
            predicted = model(inputs).argmax(dim=1)
        judged = labels != 255
        collected.append(torch.stack([labels[judged].long(), predicted[judged]]).cpu())
    labels, predicted = torch.cat(collected, dim=1) if collected else torch.zeros(2, 0)
    if len(labels) == 0:
        raise ValueError("there is no pixel to judge")
    quotients = []
    for k in range(classes):
        union = ((labels == k) | (predicted == k)).sum().item()
        if union > 0:
            quotients.append(((labels == k) & (predicted == k)).sum().item() / union)
    return sum(quotients) / len(quotients)
