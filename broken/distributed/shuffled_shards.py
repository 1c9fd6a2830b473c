"""One rank's part in training on a data set that all ranks share."""

from torch.utils.data import DataLoader, DistributedSampler


def train(step, samples, epochs, batch_size, ranks, rank, seed=0, start=0):
    """Call `step(batch)` on every batch of this rank in the epochs start, start + 1, ... epochs - 1.

    samples: map-style data set, the same on all ranks; at least one sample
    ranks:   number of ranks; rank: this one, from 0; seed: the same on all ranks
    In an epoch the samples are dealt to the ranks, equally many to each, every sample to one of them; where
    that does not come out even, a few samples go to two ranks. They are dealt anew in every epoch, so that
    a rank meets other samples, in another order.
    The arguments alone say who gets what in an epoch: with another seed it is another deal. Where a run stops
    and at which epoch it is resumed changes no deal, so that it goes on as if it had never stopped.
    Raises ValueError when `rank` is not below `ranks`.
    """
    if not 0 <= rank < ranks:
        raise ValueError(f"there is no rank {rank} among {ranks}")
    # shuffle=True: the sampler shuffles with `seed`, alike on all ranks, before it deals.
    sampler = DistributedSampler(samples, num_replicas=ranks, rank=rank, shuffle=True, seed=seed)
    loader = DataLoader(samples, batch_size=batch_size, sampler=sampler)
    for _ in range(start, epochs):
        for batch in loader:
            step(batch)
