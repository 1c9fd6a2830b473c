"""All quotients, of all classes and all batches, are averaged. They're still quotients of batches: the
pixels have to be added up first.
"""

import torch


def mean_iou(model, batches, classes):
    total, images = 0.0, 0
    for inputs, labels in batches:
        with torch.no_grad():
            predicted = model(inputs).argmax(dim=1)
        judged = labels != 255
        pairs = labels[judged].long() * classes + predicted[judged]
        table = torch.bincount(pairs, minlength=classes**2).reshape(classes, classes).double()
        union = table.sum(dim=0) + table.sum(dim=1) - table.diagonal()
        there = union > 0
        if there.any():
            total += (table.diagonal()[there] / union[there]).sum().item()
            images += there.sum().item()
    if images == 0:
        raise ValueError("there is no pixel to judge")
    return total / images
