"""Each rank shuffles with a seed of its own before it takes its part: the parts overlap, some samples go to
two ranks and others to none."""

from torch.utils.data import DataLoader, DistributedSampler


def train(step, samples, epochs, batch_size, ranks, rank, seed=0, start=0):
    if not 0 <= rank < ranks:
        raise ValueError(f"there is no rank {rank} among {ranks}")
    for epoch in range(start, epochs):
        own = 1000 * seed + 10 * epoch + rank
        sampler = DistributedSampler(samples, num_replicas=ranks, rank=rank, shuffle=True, seed=own)
        for batch in DataLoader(samples, batch_size=batch_size, sampler=sampler):
            step(batch)
