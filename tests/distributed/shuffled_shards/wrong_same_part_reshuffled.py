"""The order is new in every epoch, but each rank only shuffles what it was dealt at the start. It never gets
another rank's samples."""

import torch
from torch.utils.data import DataLoader, DistributedSampler, Subset


def train(step, samples, epochs, batch_size, ranks, rank, seed=0, start=0):
    if not 0 <= rank < ranks:
        raise ValueError(f"there is no rank {rank} among {ranks}")
    part = list(DistributedSampler(samples, num_replicas=ranks, rank=rank, shuffle=True, seed=seed))
    generator = torch.Generator()
    loader = DataLoader(Subset(samples, part), batch_size=batch_size, shuffle=True, generator=generator)
    for epoch in range(start, epochs):
        generator.manual_seed(seed + epoch)
        for batch in loader:
            step(epoch, batch)
