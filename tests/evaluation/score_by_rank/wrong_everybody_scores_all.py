"""The number is right, because every process scores the whole set. Then nothing is shared any more, and
eight processes do the work of one.
"""

import torch
from torch.utils.data import DataLoader


def score_part(model, data, rank, ranks, batch_size):
    counts = torch.zeros(2, dtype=torch.int64)
    with torch.no_grad():
        for features, labels in DataLoader(data, batch_size=batch_size, shuffle=False):
            hits = model(features).argmax(dim=1) == labels
            counts = counts.to(hits.device)
            counts += torch.stack([hits.sum(), torch.ones_like(hits).sum()])
    return counts


def accuracy(parts):
    hits, samples = sum(part.cpu() for part in parts).tolist()
    if samples == 0:
        raise ValueError("no process has scored a sample")
    return hits / samples
