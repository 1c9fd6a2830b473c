"""The deals are right. But if the numbers don't divide evenly, some samples are left out now, and the
docstring deals some of them twice.
"""

from torch.utils.data import DataLoader, DistributedSampler


def train(step, samples, epochs, batch_size, ranks, rank, seed=0, start=0):
    if not 0 <= rank < ranks:
        raise ValueError(f"there is no rank {rank} among {ranks}")
    # With the same seed on all ranks, each sees the same order and takes every n-th sample of it.
    sampler = DistributedSampler(
        samples, num_replicas=ranks, rank=rank, shuffle=True, seed=seed, drop_last=True
    )
    loader = DataLoader(samples, batch_size=batch_size, sampler=sampler)
    for epoch in range(start, epochs):
        sampler.set_epoch(epoch)
        for batch in loader:
            step(epoch, batch)
