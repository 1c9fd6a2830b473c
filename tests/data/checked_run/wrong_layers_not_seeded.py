"""The order has a generator of its own, with the seed. But the layers draw from the process's generator,
and nobody seeds that any more.
"""

import torch
from torch.utils.data import DataLoader


def train(model, train_set, held_out, epochs, seed, check_every=0, batch_size=2, lr=0.125):
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    training = DataLoader(train_set, batch_size=batch_size, shuffle=True, generator=generator)
    checking = DataLoader(held_out, batch_size=batch_size)
    errors = []
    for epoch in range(1, epochs + 1):
        model.train()
        for inputs, targets in training:
            optimizer.zero_grad()
            (model(inputs) - targets).square().mean().backward()
            optimizer.step()
        if check_every and epoch % check_every == 0:
            model.eval()
            with torch.no_grad():
                parts = [(model(inputs) - targets).square() for inputs, targets in checking]
            errors.append(torch.cat(parts).mean().item())
    return errors
