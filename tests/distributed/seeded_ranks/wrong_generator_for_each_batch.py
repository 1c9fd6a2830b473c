"""The samples are right. But the generator begins again with each batch, so all batches of an epoch get
the same noise.
"""

import torch
from torch.utils.data import DistributedSampler


def epoch_of(data, rank, size, seed, epoch, batch_size, noise):
    own = (seed * 10_000 + epoch) * size + rank
    sampler = DistributedSampler(data, size, rank, shuffle=True, seed=seed)
    sampler.set_epoch(epoch)
    generator = torch.Generator().manual_seed(own)
    batches = []
    for indices in torch.tensor(list(sampler), device=data.device).split(batch_size):
        batch = data[indices]
        generator = torch.Generator().manual_seed(own)
        drawn = torch.randn(batch.shape, generator=generator, dtype=data.dtype)
        batches.append(batch + noise * drawn.to(data.device))
    return batches
