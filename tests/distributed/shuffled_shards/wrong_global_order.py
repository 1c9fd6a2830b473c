"""The order comes from the global generator, and nothing puts that in the same state on all ranks. If it
isn't, the parts overlap."""

import torch
from torch.utils.data import DataLoader


def train(step, samples, epochs, batch_size, ranks, rank, seed=0, start=0):
    if not 0 <= rank < ranks:
        raise ValueError(f"there is no rank {rank} among {ranks}")
    for epoch in range(start, epochs):
        order = torch.randperm(len(samples)).tolist()
        while len(order) % ranks:
            order.append(order[len(order) % len(samples)])
        for batch in DataLoader(samples, batch_size=batch_size, sampler=order[rank::ranks]):
            step(epoch, batch)
