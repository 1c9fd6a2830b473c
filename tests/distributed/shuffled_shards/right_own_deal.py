"""The samples are shuffled and dealt by hand, with a generator that has the same seed on all ranks."""

import torch
from torch.utils.data import DataLoader


def train(step, samples, epochs, batch_size, ranks, rank, seed=0, start=0):
    if not 0 <= rank < ranks:
        raise ValueError(f"there is no rank {rank} among {ranks}")
    for epoch in range(start, epochs):
        generator = torch.Generator().manual_seed(1000003 * seed + epoch)
        order = torch.randperm(len(samples), generator=generator).tolist()
        while len(order) % ranks:
            order.append(order[len(order) % len(samples)])
        for batch in DataLoader(samples, batch_size=batch_size, sampler=order[rank::ranks]):
            step(epoch, batch)
