"""The samples are right. But noise with the run's seed alone is the same on all ranks and in all epochs."""

import torch
from torch.utils.data import DistributedSampler


def epoch_of(data, rank, size, seed, epoch, batch_size, noise):
    own = seed
    sampler = DistributedSampler(data, size, rank, shuffle=True, seed=own)
    sampler.set_epoch(epoch)
    generator = torch.Generator().manual_seed(own)
    batches = []
    for indices in torch.tensor(list(sampler), device=data.device).split(batch_size):
        batch = data[indices]
        drawn = torch.randn(batch.shape, generator=generator, dtype=data.dtype)
        batches.append(batch + noise * drawn.to(data.device))
    return batches
