"""The samples are right, and so is the noise, for a thousand epochs. Rank 0 in epoch 1000 has the seed of
rank 1 in epoch 0.
"""

import torch
from torch.utils.data import DistributedSampler


def epoch_of(data, rank, size, seed, epoch, batch_size, noise):
    own = seed + 1000 * rank + epoch
    sampler = DistributedSampler(data, size, rank, shuffle=True, seed=seed)
    sampler.set_epoch(epoch)
    generator = torch.Generator().manual_seed(own)
    batches = []
    for indices in torch.tensor(list(sampler), device=data.device).split(batch_size):
        batch = data[indices]
        drawn = torch.randn(batch.shape, generator=generator, dtype=data.dtype)
        batches.append(batch + noise * drawn.to(data.device))
    return batches
