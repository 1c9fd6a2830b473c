"""Each epoch gets a new sampler, with the epoch as part of its seed."""

from torch.utils.data import DataLoader, DistributedSampler


def train(step, samples, epochs, batch_size, ranks, rank, seed=0, start=0):
    if not 0 <= rank < ranks:
        raise ValueError(f"there is no rank {rank} among {ranks}")
    for epoch in range(start, epochs):
        sampler = DistributedSampler(samples, num_replicas=ranks, rank=rank, shuffle=True, seed=seed + epoch)
        for batch in DataLoader(samples, batch_size=batch_size, sampler=sampler):
            step(epoch, batch)
