"""Each rank shuffles with its own seed before it takes its part. The parts overlap: some samples go to two
ranks and others to none."""

from torch.utils.data import DataLoader, DistributedSampler


def train(step, samples, epochs, batch_size, ranks, rank, seed=0, start=0):
    if not 0 <= rank < ranks:
        raise ValueError(f"there is no rank {rank} among {ranks}")
    sampler = DistributedSampler(samples, num_replicas=ranks, rank=rank, shuffle=True, seed=seed + rank)
    loader = DataLoader(samples, batch_size=batch_size, sampler=sampler)
    for epoch in range(start, epochs):
        sampler.set_epoch(epoch)
        for batch in loader:
            step(epoch, batch)
