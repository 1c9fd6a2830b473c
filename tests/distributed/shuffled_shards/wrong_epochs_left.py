"""The deal depends on how many epochs are left. A run that stops early has other deals than a longer one, so
a resumed run doesn't continue the one that stopped."""

from torch.utils.data import DataLoader, DistributedSampler


def train(step, samples, epochs, batch_size, ranks, rank, seed=0, start=0):
    if not 0 <= rank < ranks:
        raise ValueError(f"there is no rank {rank} among {ranks}")
    sampler = DistributedSampler(samples, num_replicas=ranks, rank=rank, shuffle=True, seed=seed)
    loader = DataLoader(samples, batch_size=batch_size, sampler=sampler)
    for epoch in range(start, epochs):
        sampler.set_epoch(epochs - epoch)
        for batch in loader:
            step(epoch, batch)
