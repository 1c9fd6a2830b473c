"""Validation that is shared by several processes: each scores a part of the set."""

import torch
from torch.utils.data import DataLoader, DistributedSampler


def score_part(model, data, rank, ranks, batch_size):
    """Score the part of `data` that belongs to one process.

    model:       maps (n, features) to scores (n, classes)
    data:        data set of pairs (features, label); every process has the same one
    rank, ranks: number of this process, from 0, and how many there are; no process group is needed
    batch_size:  at most so many samples at a time

    The parts of all processes are the whole set, and differ by one sample at most. All of a part is scored.
    Returns (hits, samples) of this part, int64, (2,), on the device of the model's scores, or on the CPU
    for a part without samples.
    """
    sampler = DistributedSampler(data, num_replicas=ranks, rank=rank, shuffle=False)
    counts = torch.zeros(2, dtype=torch.int64)
    with torch.no_grad():
        for features, labels in DataLoader(data, batch_size=batch_size, sampler=sampler):
            hits = model(features).argmax(dim=1) == labels
            counts = counts.to(hits.device)
            counts += torch.stack([hits.sum(), torch.ones_like(hits).sum()])
    return counts


def accuracy(parts):
    """Return the accuracy on the whole set as a float, from the counts of all processes in any order.

    parts: list of int64 tensors (2,), from `score_part`, or (ranks, 2), gathered
    With any number of processes it's what a single one gets. Raises ValueError if there was no sample.
    """
    hits, samples = sum(part.cpu() for part in parts).tolist()
    if samples == 0:
        raise ValueError("no process has scored a sample")
    return hits / samples
