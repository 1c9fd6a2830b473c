"""Each epoch is a new deal, but it depends on the epoch number alone. Another seed changes nothing, so all
runs are the same."""

from torch.utils.data import DataLoader, DistributedSampler


def train(step, samples, epochs, batch_size, ranks, rank, seed=0, start=0):
    if not 0 <= rank < ranks:
        raise ValueError(f"there is no rank {rank} among {ranks}")
    sampler = DistributedSampler(samples, num_replicas=ranks, rank=rank, shuffle=True)
    loader = DataLoader(samples, batch_size=batch_size, sampler=sampler)
    for epoch in range(start, epochs):
        sampler.set_epoch(epoch)
        for batch in loader:
            step(epoch, batch)
