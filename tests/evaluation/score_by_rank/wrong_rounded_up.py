"""Each sample is scored once. But every part has the size rounded up until nothing is left, so the last
processes may have far less to do, or nothing.
"""

import torch
from torch.utils.data import DataLoader


def score_part(model, data, rank, ranks, batch_size):
    each = -(-len(data) // ranks)
    sampler = range(rank * each, min((rank + 1) * each, len(data)))
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
