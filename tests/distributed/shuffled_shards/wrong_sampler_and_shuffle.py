"""A loader that has a sampler doesn't shuffle: the order is the sampler's business. With both, it raises."""

from torch.utils.data import DataLoader, DistributedSampler


def train(step, samples, epochs, batch_size, ranks, rank, seed=0, start=0):
    if not 0 <= rank < ranks:
        raise ValueError(f"there is no rank {rank} among {ranks}")
    # With the same seed on all ranks, each sees the same order and takes every n-th sample of it.
    sampler = DistributedSampler(samples, num_replicas=ranks, rank=rank, shuffle=True, seed=seed)
    loader = DataLoader(samples, batch_size=batch_size, sampler=sampler, shuffle=True)
    for epoch in range(start, epochs):
        for batch in loader:
            step(epoch, batch)
