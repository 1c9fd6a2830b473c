"""The sampler stays, and the indices that it has appended are cut off."""

import torch
from torch.utils.data import DataLoader, DistributedSampler


def score_part(model, data, rank, ranks, batch_size):
    sampler = DistributedSampler(data, num_replicas=ranks, rank=rank, shuffle=False)
    counts = torch.zeros(2, dtype=torch.int64)
    with torch.no_grad():
        order = [i for place, i in enumerate(sampler) if rank + place * ranks < len(data)]
        for features, labels in DataLoader(data, batch_size=batch_size, sampler=order):
            hits = model(features).argmax(dim=1) == labels
            counts = counts.to(hits.device)
            counts += torch.stack([hits.sum(), torch.ones_like(hits).sum()])
    return counts


def accuracy(parts):
    hits, samples = sum(part.cpu() for part in parts).tolist()
    if samples == 0:
        raise ValueError("no process has scored a sample")
    return hits / samples
