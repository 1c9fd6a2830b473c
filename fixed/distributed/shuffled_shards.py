"""Train one rank on its part of a data set that all ranks share."""

from torch.utils.data import DataLoader, DistributedSampler


def train(step, samples, epochs, batch_size, ranks, rank, seed=0, start=0):
    """Call `step(epoch, batch)` on every batch of this rank in the epochs start, start + 1, ... epochs - 1.

    samples: map-style data set, the same on all ranks; at least one sample
    ranks:   number of ranks; rank: this one, from 0; seed: the same on all ranks
    In every epoch all samples are dealt to the ranks, the same number to each and each sample to one rank. If
    the numbers don't divide evenly, some samples are dealt more than once. Every epoch is a new deal: a rank
    gets other samples, in another order. Another seed gives other deals.
    An epoch is dealt the same way wherever a run starts or stops, so a resumed run continues as if it had
    never stopped. Raises ValueError if `rank` is not between 0 and `ranks` - 1.
    """
    if not 0 <= rank < ranks:
        raise ValueError(f"there is no rank {rank} among {ranks}")
    # With the same seed on all ranks, each sees the same order and takes every n-th sample of it.
    sampler = DistributedSampler(samples, num_replicas=ranks, rank=rank, shuffle=True, seed=seed)
    loader = DataLoader(samples, batch_size=batch_size, sampler=sampler)
    for epoch in range(start, epochs):
        sampler.set_epoch(epoch)  # it shuffles with seed + epoch, and doesn't count epochs itself
        for batch in loader:
            step(epoch, batch)
