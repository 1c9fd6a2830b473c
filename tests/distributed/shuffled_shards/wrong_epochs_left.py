"""The deal hangs on how many epochs are left. A run that was to stop early has other deals than a longer one,
so that what is resumed does not fit to what was stopped."""

from torch.utils.data import DataLoader, DistributedSampler


def train(step, samples, epochs, batch_size, ranks, rank, seed=0, start=0):
    if not 0 <= rank < ranks:
        raise ValueError(f"there is no rank {rank} among {ranks}")
    sampler = DistributedSampler(samples, num_replicas=ranks, rank=rank, shuffle=True, seed=seed)
    loader = DataLoader(samples, batch_size=batch_size, sampler=sampler)
    for left in range(epochs - start, 0, -1):
        sampler.set_epoch(left)
        for batch in loader:
            step(batch)
