"""Each part has the rounded size. If it was rounded down, the last samples belong to nobody, and if it
was rounded up, the last process has fewer than it should.
"""

import torch
from torch.utils.data import DataLoader


def score_part(model, data, rank, ranks, batch_size):
    size = round(len(data) / ranks)
    sampler = range(rank * size, min(len(data), rank * size + size))
    counts = torch.zeros(2, dtype=torch.int64)
    with torch.no_grad():
        for features, labels in DataLoader(data, batch_size=batch_size, sampler=sampler):
            hits = model(features).argmax(dim=1) == labels
            counts = counts.to(hits.device)
            counts += torch.stack([hits.sum(), torch.ones_like(hits).sum()])
    return counts


def accuracy(parts):
    hits, samples = sum(part.cpu() for part in parts).tolist()
    if samples == 0:
        raise ValueError("no process has scored a sample")
    return hits / samples
