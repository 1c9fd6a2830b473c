"""The epoch at which the run starts is set once, before the loop. A resumed run gets a new deal, but all
epochs of one run still share theirs."""

from torch.utils.data import DataLoader, DistributedSampler


def train(step, samples, epochs, batch_size, ranks, rank, seed=0, start=0):
    if not 0 <= rank < ranks:
        raise ValueError(f"there is no rank {rank} among {ranks}")
    sampler = DistributedSampler(samples, num_replicas=ranks, rank=rank, shuffle=True, seed=seed)
    loader = DataLoader(samples, batch_size=batch_size, sampler=sampler)
    sampler.set_epoch(start)
    for epoch in range(start, epochs):
        for batch in loader:
            step(epoch, batch)
