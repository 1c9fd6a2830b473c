"""The number of repeats is right, but they're on other processes: the sampler appends them at the end, so
the last processes get them, and the first ones lose samples here.
"""

import torch
from torch.utils.data import DataLoader, DistributedSampler


def score_part(model, data, rank, ranks, batch_size):
    sampler = DistributedSampler(data, num_replicas=ranks, rank=rank, shuffle=False)
    extra = sampler.total_size - len(data)
    sampler = list(sampler)[:-1] if rank < extra else sampler
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
