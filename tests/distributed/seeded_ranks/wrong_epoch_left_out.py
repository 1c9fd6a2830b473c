"""The samples are right, and ranks draw different noise. But each rank draws the same in every epoch."""

import torch
from torch.utils.data import DistributedSampler


def epoch_of(data, rank, size, seed, epoch, batch_size, noise):
    sampler = DistributedSampler(data, size, rank, shuffle=True, seed=seed)
    sampler.set_epoch(epoch)
    generator = torch.Generator().manual_seed(seed + rank)
    batches = []
    for indices in torch.tensor(list(sampler), device=data.device).split(batch_size):
        batch = data[indices]
        drawn = torch.randn(batch.shape, generator=generator, dtype=data.dtype)
        batches.append(batch + noise * drawn.to(data.device))
    return batches
