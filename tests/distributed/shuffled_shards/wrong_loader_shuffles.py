"""The loader now draws its own order and knows nothing about ranks. Each rank goes through the whole data
set, so in one epoch each sample is used several times."""

import torch
from torch.utils.data import DataLoader


def train(step, samples, epochs, batch_size, ranks, rank, seed=0, start=0):
    if not 0 <= rank < ranks:
        raise ValueError(f"there is no rank {rank} among {ranks}")
    generator = torch.Generator()
    loader = DataLoader(samples, batch_size=batch_size, shuffle=True, generator=generator)
    for epoch in range(start, epochs):
        generator.manual_seed(seed + epoch)
        for batch in loader:
            step(epoch, batch)
