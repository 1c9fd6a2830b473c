"""Detached fakes are for the critic's own turn. Here the doubt still doesn't reach the generator, and
it's the critic that collects a gradient.
"""

import torch.nn.functional as F


def generator_step(generator, critic, optimizer, inputs, targets, weight):
    fakes = generator(inputs)
    error = (fakes - targets).abs().mean()
    scores = critic(fakes.detach())
    doubt = F.softplus(-scores).mean()
    optimizer.zero_grad()
    (error + weight * doubt).backward()
    optimizer.step()
    return error.item(), doubt.item()
