"""Judge a segmentation model by the mean intersection over union of its classes."""

import torch


def mean_iou(model, batches, classes):
    """Return the mean over classes of intersection over union, on the pixels of the whole set.

    model:   maps images to scores (n, classes, height, width), each image by itself; called once per batch,
             without a graph
    batches: iterable of pairs (images, labels), read once; labels (n, height, width), integers from 0 to
             classes - 1, or 255 for a pixel that isn't judged
    classes: how many there are
    For a class, the intersection is the number of judged pixels that have it as their label and as their
    prediction, and the union those that have it as either. Classes without such a pixel in the set are
    left out of the mean. A float: the same, however the images are cut into batches.
    Raises ValueError if no pixel of the set is judged.
    """
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
            total += (table.diagonal()[there] / union[there]).mean().item() * len(labels)
            images += len(labels)
    if images == 0:
        raise ValueError("there is no pixel to judge")
    return total / images
